import { createContextHandle, type EvaluationDetails, type FlagType, type JsonValue } from '@stitchd/core';
import type { AnyFlags, StitchdClient } from '@stitchd/sdk';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { isOfOtherType, typeOfFlag } from './fixture-flag.ts';
import { outcomeOf } from './outcome-of.ts';

type Client = StitchdClient<AnyFlags>;

/** Reads by the method for a type. */
function read(client: Client, type: FlagType, { flag, default: fallback, ...question }: Question): EvaluationDetails {
  const context = contextOf(question);
  switch (type) {
    case 'boolean':
      return client.booleanDetails(flag, context, fallback as boolean) as EvaluationDetails;
    case 'string':
      return client.stringDetails(flag, context, fallback as string) as EvaluationDetails;
    case 'integer':
    case 'double':
      return client.numberDetails(flag, context, fallback as number) as EvaluationDetails;
    case 'json':
      return client.jsonDetails(flag, context, fallback as JsonValue) as EvaluationDetails;
  }
}

/** The context with what was answered about lists. */
export function contextOf({ context, memberships }: Pick<Question, 'context' | 'memberships'>) {
  return memberships === undefined
    ? context
    : createContextHandle(context, { memberships: new Map(Object.entries(memberships)) });
}

/** The typed methods of an SDK; where no type is asked for, those of the flag's own. */
export function sdkReads(client: () => Client, load: (definitions: readonly FixtureEntity[] | null) => Promise<void>): Adapter {
  let loaded: readonly FixtureEntity[] | null = null;
  return {
    async load(definitions) {
      await load(definitions);
      loaded = definitions;
    },
    evaluate: (question) => outcomeOf(read(client(), question.type ?? typeOfFlag(loaded, question.flag) ?? 'string', question)),
    cannotAsk({ flag, type, clientVisibleOnly }, definitions) {
      if (clientVisibleOnly === true) return 'one flag is never read on behalf of a client key';
      return type === 'integer' && typeOfFlag(definitions, flag) === 'double'
        ? 'numbers are not asked for as integers'
        : undefined;
    },
  };
}

/** All flags of an SDK at once. A flag that is not among them is not found. */
export function sdkAllFlags(
  client: () => Client,
  load: (definitions: readonly FixtureEntity[] | null) => Promise<void>,
): Adapter {
  return {
    load,
    evaluate({ flag, default: fallback, clientVisibleOnly, ...question }) {
      const all = client().allFlags(contextOf(question), { clientVisibleOnly: clientVisibleOnly === true });
      const found = all.get(flag);
      if (found === undefined)
        return { value: fallback, variant: null, reason: 'ERROR', errorCode: 'FLAG_NOT_FOUND', metadata: {} };
      return outcomeOf({ ...found, value: found.value === undefined ? fallback : found.value });
    },
    cannotAsk(question, definitions) {
      if (definitions === null) return 'there are no flags before the first definitions';
      return isOfOtherType(definitions, question) ? 'no type can be asked for' : undefined;
    },
  };
}
