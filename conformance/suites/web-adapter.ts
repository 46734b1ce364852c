import { createStitchd, type FlagDetails, type StitchdWebClient, type WebBootstrap } from '@stitchd/web';
import type { FlagType, JsonValue } from '@stitchd/core';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity, Outcome, Question } from '../runner/evaluation-fixture.ts';
import { cannotSend } from './remote-question.ts';
import { flagIn, isOfOtherType, typeOfFlag } from './fixture-flag.ts';

/** Where a page's values are from. */
export interface PageValues {
  readonly load: (definitions: readonly FixtureEntity[] | null) => void | Promise<void>;
  /** Undefined where there are none yet. */
  readonly values: (question: Question) => Promise<WebBootstrap | undefined>;
  /** Whether the context travels over HTTP. */
  readonly isSent: boolean;
}

function read(client: StitchdWebClient, type: FlagType, { flag, default: fallback }: Question): FlagDetails {
  switch (type) {
    case 'boolean':
      return client.booleanDetails(flag, fallback as boolean);
    case 'string':
      return client.stringDetails(flag, fallback as string);
    case 'integer':
    case 'double':
      return client.numberDetails(flag, fallback as number);
    case 'json':
      return client.jsonDetails<JsonValue>(flag, fallback);
  }
}

/** The browser SDK, reading values that were evaluated for its context elsewhere. */
export function webReads({ load, values, isSent }: PageValues): Adapter {
  let loaded: readonly FixtureEntity[] | null = null;
  // A page has values for all flags: questions that differ in their flag alone are asked once.
  const known = new Map<string, Promise<WebBootstrap | undefined>>();
  const valuesFor = (question: Question): Promise<WebBootstrap | undefined> => {
    const { context, nowMs, memberships } = question;
    const name = JSON.stringify([context, nowMs, memberships]);
    const asked = known.get(name) ?? values(question);
    known.set(name, asked);
    return asked;
  };
  return {
    async load(definitions) {
      known.clear();
      await load(definitions);
      loaded = definitions;
    },
    async evaluate(question): Promise<Outcome> {
      const bootstrap = loaded === null ? undefined : await valuesFor(question);
      // What a page gets is JSON in its text.
      const written = bootstrap === undefined ? undefined : (JSON.parse(JSON.stringify(bootstrap)) as WebBootstrap);
      const page = { url: 'http://127.0.0.1:9', clientKey: 'stck_x', events: false, streaming: false };
      const client = createStitchd({ ...page, context: question.context, ...(written !== undefined && { bootstrap: written }) });
      const type = question.type ?? typeOfFlag(loaded, question.flag) ?? 'string';
      const { value, variant, reason, errorCode, metadata } = read(client, type, question);
      client.close();
      return {
        value,
        variant: variant ?? null,
        reason,
        ...(errorCode !== undefined && { errorCode }),
        metadata: { ...metadata },
      };
    },
    cannotAsk(question, definitions) {
      const { flag, type, clientVisibleOnly } = question;
      const body = flagIn(definitions, flag);
      if (clientVisibleOnly !== true && body !== undefined && body['clientVisible'] !== true)
        return 'pages see visible flags only';
      if (body?.['archived'] === true && isOfOtherType(definitions, question)) return 'pages do not know of archived flags';
      if (type === 'integer' && body?.['type'] === 'double') return 'numbers are not asked for as integers';
      return isSent && definitions !== null ? cannotSend(question, definitions) : undefined;
    },
  };
}
