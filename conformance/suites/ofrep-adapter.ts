import type { JsonValue } from '@stitchd/core';
import type { Adapter } from '../runner/adapter.ts';
import type { Outcome, Question } from '../runner/evaluation-fixture.ts';
import { allFlagsAdapter } from './all-flags-adapter.ts';
import { isOfOtherType } from './fixture-flag.ts';
import type { FixtureGateway } from './fixture-gateway.ts';
import { cannotSend } from './remote-question.ts';

/** An evaluation, or its failure, in the words of OFREP. */
interface OfrepAnswer {
  readonly key?: string;
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason?: string;
  readonly errorCode?: string;
  readonly metadata?: Outcome['metadata'];
}

function outcomeOf(answer: OfrepAnswer, { default: fallback }: Question): Outcome {
  const { value = fallback, variant = null, reason = 'ERROR', errorCode, metadata = {} } = answer;
  return { value, variant, reason, ...(errorCode !== undefined && { errorCode }), metadata };
}

/** OFREP has no reason for the default serve. */
function asTold(outcome: Outcome): Outcome {
  return outcome.reason === 'DEFAULT' ? { ...outcome, reason: 'UNKNOWN' } : outcome;
}

const cannotAsk: NonNullable<Adapter['cannotAsk']> = (question, definitions) => {
  if (isOfOtherType(definitions, question)) return 'no type can be asked for';
  const isClaim = question.clientVisibleOnly === true && Object.keys(question.context.assignments ?? {}).length > 0;
  return isClaim ? 'assignments of a client key are passed over' : cannotSend(question, definitions);
};

/** OFREP for one flag, over HTTP. */
export function ofrepSingle(gateway: FixtureGateway): Adapter {
  return {
    load: (definitions) => gateway.load(definitions ?? []),
    async evaluate(question) {
      const path = `/ofrep/v1/evaluate/flags/${encodeURIComponent(question.flag)}`;
      const { json } = await gateway.evaluate(path, { context: question.context }, question);
      return outcomeOf(json as OfrepAnswer, question);
    },
    cannotAsk: (question, definitions) =>
      question.flag === '' ? 'an empty name has no address' : cannotAsk(question, definitions),
    asTold,
  };
}

/** OFREP for all flags, over HTTP. A flag that is not in the answer is not found. */
export function ofrepBulk(gateway: FixtureGateway): Adapter {
  return allFlagsAdapter(gateway, {
    async ask(question) {
      const { json } = await gateway.evaluate('/ofrep/v1/evaluate/flags', { context: question.context }, question);
      return json as { readonly flags: readonly OfrepAnswer[] };
    },
    outcomeOf: ({ flags }, question) =>
      outcomeOf(flags.find(({ key }) => key === question.flag) ?? { errorCode: 'FLAG_NOT_FOUND' }, question),
    cannotAsk,
    asTold,
  });
}
