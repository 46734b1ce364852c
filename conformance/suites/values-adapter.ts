import type { JsonValue } from '@stitchd/core';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity, Outcome, Question } from '../runner/evaluation-fixture.ts';
import { allFlagsAdapter } from './all-flags-adapter.ts';
import { isOfOtherType } from './fixture-flag.ts';
import type { FixtureGateway } from './fixture-gateway.ts';
import { cannotSend } from './remote-question.ts';
import { pageQuestion, withSigning } from './signed-assignments.ts';

/** What browsers are given: by flag, the answer for one context. */
interface Values {
  readonly flags: Readonly<
    Record<string, Omit<Outcome, 'value' | 'variant'> & { readonly value?: JsonValue; readonly variant?: string }>
  >;
}

function outcomeOf({ flags }: Values, { flag: key, default: fallback }: Question): Outcome {
  const found = Object.hasOwn(flags, key) ? flags[key] : undefined;
  if (found === undefined) return { value: fallback, variant: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', metadata: {} };
  const { value = fallback, variant = null, reason, errorCode, metadata } = found;
  return { value, variant, reason, ...(errorCode !== undefined && { errorCode }), metadata };
}

/** The values of all flags for browsers, over HTTP; as a server, where the question is not a client's. */
export function browserValues(gateway: FixtureGateway): Adapter {
  let loaded: readonly FixtureEntity[] = [];
  const adapter = allFlagsAdapter(gateway, {
    async ask(question) {
      const body = question.clientVisibleOnly === true ? pageQuestion(question, loaded) : { context: question.context };
      const { json } = await gateway.evaluate('/v1/sdk/values', body, question);
      return json as Values;
    },
    outcomeOf,
    cannotAsk: (question, definitions) =>
      isOfOtherType(definitions, question) ? 'no type can be asked for' : cannotSend(question, definitions),
  });
  return {
    ...adapter,
    load(definitions) {
      loaded = withSigning(definitions);
      return adapter.load(loaded);
    },
  };
}
