import type { JsonValue } from '@stitchd/core';
import {
  apiToken,
  clientKey,
  createBackend,
  serverKey,
  startGateway,
  until,
} from '../../services/gateway/src/backend.test-support.ts';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { entitiesOf } from './outcome-of.ts';

const preview = '/v1/projects/shop/environments/live/evaluate';

/** Rates that a run of all cases stays below. */
const rates = { STITCHD_GATEWAY_RATE_LIMIT_PEOPLE: '1000000', STITCHD_GATEWAY_RATE_LIMIT_CLIENT_KEY: '1000000' };

/** An answer about flags, whatever its status; anything else fails with what was said. */
function told<Answer extends { readonly status: number; readonly text: string; readonly json: unknown }>(answer: Answer): Answer {
  const { status, text, json } = answer;
  const isAboutFlags = typeof json === 'object' && json !== null && ('flags' in json || 'key' in json);
  if (!isAboutFlags) throw new Error(`the gateway answered ${status}: ${text}`);
  return answer;
}

interface ListEntity extends FixtureEntity {
  readonly body: { readonly [name: string]: JsonValue };
}

function isList(entity: FixtureEntity): entity is ListEntity {
  return entity.kind === 'segment' && (entity.body as { readonly type?: unknown }).type === 'list';
}

/** A gateway whose environment holds one fixture after the other, told through its stream of definitions. */
export async function startFixtureGateway() {
  const backend = createBackend();
  const gateway = await startGateway(backend.definitions, rates);
  const known = new Map<string, boolean>();
  backend.state.outcomeOf = (segment) => {
    const isMember = known.get(segment);
    return isMember === undefined ? 'unknown-segment' : isMember ? 'member' : 'not-member';
  };
  const revision = async (): Promise<unknown> => {
    const { json } = await gateway.ask('POST', preview, { key: apiToken, body: { context: {} } });
    return (json as { readonly revision?: unknown } | undefined)?.revision;
  };
  const followers: (() => Promise<void>)[] = [];
  let loaded: readonly FixtureEntity[] = [];
  let membersVersion = 0;
  let answered = '';

  /** Publishes entities and waits until evaluations are by them, here and in whatever follows. */
  async function publish(definitions: readonly FixtureEntity[]): Promise<void> {
    backend.replace(entitiesOf(definitions));
    await until(async () => (await revision()) === Number(backend.state.revision));
    for (const caughtUp of followers) await caughtUp();
  }

  /** What is loaded, with lists that have changed since anybody asked about them. */
  function changedLists(): readonly FixtureEntity[] {
    membersVersion++;
    return loaded.map((entity) => (isList(entity) ? { ...entity, body: { ...entity.body, membersVersion } } : entity));
  }

  /** From now on lists are answered as a question says, and of others nothing is known. */
  async function know({ memberships = {} }: Pick<Question, 'memberships'>): Promise<void> {
    const answers = JSON.stringify(memberships);
    if (answers === answered) return;
    answered = answers;
    known.clear();
    for (const [segment, isMember] of Object.entries(memberships)) known.set(segment, isMember);
    if (!loaded.some(isList)) return;
    // Answers about a list that changed may be used until there are new ones; about a list that is gone none is.
    await publish([]);
    await publish(changedLists());
  }

  return {
    ...gateway,
    revision: () => Number(backend.state.revision),
    /** Resolves when evaluations are by these definitions. */
    async load(definitions: readonly FixtureEntity[]): Promise<void> {
      loaded = definitions;
      await publish(changedLists());
    },
    know,
    /** Waits for a follower too, whenever something is published. */
    followedBy: (caughtUp: () => Promise<void>) => void followers.push(caughtUp),
    /** Asks an endpoint what is asked of an evaluation. */
    async evaluate(path: string, body: object, question: Pick<Question, 'memberships' | 'clientVisibleOnly'>) {
      await know(question);
      return told(await gateway.ask('POST', path, { key: question.clientVisibleOnly === true ? clientKey : serverKey, body }));
    },
    async preview(body: object, question: Pick<Question, 'memberships'>) {
      await know(question);
      return told(await gateway.ask('POST', preview, { key: apiToken, body }));
    },
  };
}

export type FixtureGateway = Awaited<ReturnType<typeof startFixtureGateway>>;
