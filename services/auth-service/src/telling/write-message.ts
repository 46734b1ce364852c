import { testTopic, topics, type Topic } from '@stitchd/core';
import type { EnvironmentRow, Message, OrganisationRow, ProjectRow } from '@stitchd/db/auth';
import type { UntoldRecord } from '@stitchd/db/platform';

/** Where something happened, with its names. */
export interface Place {
  readonly organisation: Pick<OrganisationRow, 'key' | 'name'>;
  readonly project: Pick<ProjectRow, 'key' | 'name'>;
  /** Undefined: it is about the project. */
  readonly environment?: Pick<EnvironmentRow, 'key' | 'name' | 'production'> | undefined;
}

/** What a receiver gets, as JSON. */
export interface MessageBody {
  readonly id: string;
  readonly topic: string;
  readonly at: string;
  readonly title: string;
  /** What happened, why it matters and what to do, in sentences. */
  readonly text: readonly string[];
  /** null where the operator has not said where people reach the installation. */
  readonly link: string | null;
  readonly organisation: { readonly key: string; readonly name: string };
  readonly project: { readonly key: string; readonly name: string };
  readonly environment: { readonly key: string; readonly name: string; readonly production: boolean } | null;
  readonly experiment: { readonly id: string; readonly key: string; readonly iteration: number | null } | null;
  readonly actor: { readonly kind: string; readonly name: string };
}

/** What a record says to people: an unexpected state of its resource makes it shorter, never fail. */
export function writeMessage(
  record: UntoldRecord & { readonly topic: Topic },
  place: Place,
  publicUrl: string | undefined,
): Message {
  const { key, id } = record.resource;
  const after = isObject(record.after) ? record.after : {};
  const { title, text } = wordsOf(record, after);
  const iteration = after['iteration'] ?? after['iterationNumber'];
  const experiments = `/projects/${place.project.key}/${place.environment?.key ?? ''}/experiments`;
  return rendered({
    id: record.id,
    topic: record.topic,
    at: record.createdAt.toISOString(),
    title: `${key}: ${title}`,
    text,
    link: linkTo(publicUrl, `${experiments}/${encodeURIComponent(key)}`),
    ...namesOf(place),
    experiment: { id, key, iteration: typeof iteration === 'number' ? iteration : null },
    actor: record.actor,
  });
}

/** What somebody gets who asked whether messages arrive. */
export function writeTest(
  test: { readonly id: string; readonly at: Date; readonly actor: MessageBody['actor'] },
  place: Place,
  publicUrl: string | undefined,
): Message {
  return rendered({
    id: test.id,
    topic: testTopic,
    at: test.at.toISOString(),
    title: `A test from ${place.project.name}`,
    text: ['Somebody wanted to see whether messages arrive here. Nothing has happened, and nothing has to be done.'],
    link: linkTo(publicUrl, '/'),
    ...namesOf(place),
    experiment: null,
    actor: test.actor,
  });
}

function rendered(body: MessageBody): Message {
  return { topic: body.topic, title: body.title, body: JSON.stringify(body) };
}

function namesOf({ organisation, project, environment }: Place) {
  return {
    organisation: { key: organisation.key, name: organisation.name },
    project: { key: project.key, name: project.name },
    environment:
      environment === undefined ? null : { key: environment.key, name: environment.name, production: environment.production },
  };
}

function linkTo(publicUrl: string | undefined, path: string): string | null {
  return publicUrl === undefined || !URL.canParse(publicUrl) ? null : new URL(path, publicUrl).href;
}

interface Words {
  readonly title: string;
  readonly text: readonly string[];
}

function wordsOf({ topic, actor }: { readonly topic: Topic; readonly actor: MessageBody['actor'] }, after: Body): Words {
  switch (topic) {
    case 'experiment.alarm.broken':
      return {
        title: textIn(after, 'title', 'broken'),
        text: [...textsIn(after, 'text'), 'Until this is mended its results can not be trusted, and no verdict is given.'],
      };
    case 'experiment.alarm.harm':
      return {
        title: 'harm',
        text: [
          ...textsIn(after, 'text'),
          'The evidence holds however often one looks. Unless the experiment stops by itself on harm, units are shown this arm until somebody stops it.',
        ],
      };
    case 'experiment.decided':
      return { title: textIn(after, 'headline', 'the decision changed'), text: textsIn(after, 'detail') };
    case 'experiment.started':
    case 'experiment.pause':
    case 'experiment.resume':
    case 'experiment.stopped':
      return { title: done[topic], text: [`${topics[topic]} This was ${actor.name}.`] };
  }
}

const done = {
  'experiment.started': 'started',
  'experiment.pause': 'paused',
  'experiment.resume': 'resumed',
  'experiment.stopped': 'stopped',
} as const;

type Body = Readonly<Record<string, unknown>>;

function isObject(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(after: Body, name: string, otherwise: string): string {
  const value = after[name];
  return typeof value === 'string' && value !== '' ? value : otherwise;
}

function textsIn(after: Body, name: string): readonly string[] {
  const value = after[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
