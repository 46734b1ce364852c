import { isKey, type JsonValue } from '@stitchd/core';
import type { Adapter } from '../runner/adapter.ts';
import type { Outcome, Question } from '../runner/evaluation-fixture.ts';
import { allFlagsAdapter } from './all-flags-adapter.ts';
import { isOfOtherType } from './fixture-flag.ts';
import type { FixtureGateway } from './fixture-gateway.ts';
import { cannotSend } from './remote-question.ts';

interface Previewed {
  readonly flags: readonly (Omit<Outcome, 'value' | 'variant'> & {
    readonly flag: string;
    readonly value?: JsonValue;
    readonly variant?: string;
  })[];
}

function outcomeOf({ flags }: Previewed, { flag: key, default: fallback }: Question): Outcome {
  const found = flags.find(({ flag }) => flag === key);
  if (found === undefined) return { value: fallback, variant: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', metadata: {} };
  const { value = fallback, variant = null, reason, errorCode, metadata } = found;
  return { value, variant, reason, ...(errorCode !== undefined && { errorCode }), metadata };
}

const cannotAsk: NonNullable<Adapter['cannotAsk']> = (question, definitions) => {
  if (question.clientVisibleOnly === true) return 'people see all flags';
  if (isOfOtherType(definitions, question)) return 'no type can be asked for';
  return cannotSend(question, definitions);
};

/** The preview of one flag, with its trace. */
export function previewOne(gateway: FixtureGateway): Adapter {
  return {
    load: (definitions) => gateway.load(definitions ?? []),
    async evaluate(question) {
      const { json } = await gateway.preview({ flag: question.flag, context: question.context }, question);
      return outcomeOf(json as Previewed, question);
    },
    cannotAsk: (question, definitions) => (isKey(question.flag) ? cannotAsk(question, definitions) : 'no flag can have that key'),
  };
}

/** The preview of all flags. */
export function previewAll(gateway: FixtureGateway): Adapter {
  return allFlagsAdapter(gateway, {
    ask: async (question) => (await gateway.preview({ context: question.context }, question)).json as Previewed,
    outcomeOf,
    cannotAsk,
  });
}
