import type { EvaluationDetails, FlagType, JsonValue } from '@stitchd/core';
import type { AnyFlags, ContextInput, StitchdClient } from '@stitchd/sdk';
import type { Adapter } from '../runner/adapter.ts';
import type { FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { isOfOtherType, typeOfFlag } from './fixture-flag.ts';
import { outcomeOf } from './outcome-of.ts';

type Client = StitchdClient<AnyFlags>;

/** A client and how it is given definitions and contexts. */
export interface SdkUnderTest {
  readonly client: () => Client;
  readonly load: (definitions: readonly FixtureEntity[] | null) => Promise<void>;
  readonly contextOf: (question: Question) => ContextInput | Promise<ContextInput>;
}

/** Reads by the method for a type. */
function read(client: Client, type: FlagType, context: ContextInput, { flag, default: fallback }: Question): EvaluationDetails {
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

/** The typed methods of an SDK; where no type is asked for, those of the flag's own. */
export function sdkReads({ client, load, contextOf }: SdkUnderTest): Adapter {
  let loaded: readonly FixtureEntity[] | null = null;
  return {
    async load(definitions) {
      await load(definitions);
      loaded = definitions;
    },
    async evaluate(question) {
      const type = question.type ?? typeOfFlag(loaded, question.flag) ?? 'string';
      return outcomeOf(read(client(), type, await contextOf(question), question));
    },
    cannotAsk({ flag, type, clientVisibleOnly }, definitions) {
      if (clientVisibleOnly === true) return 'one flag is never read on behalf of a client key';
      const isDouble = type === 'integer' && typeOfFlag(definitions, flag) === 'double';
      return isDouble ? 'numbers are not asked for as integers' : undefined;
    },
  };
}

/** All flags of an SDK at once. A flag that is not among them is not found. */
export function sdkAllFlags({ client, load, contextOf }: SdkUnderTest): Adapter {
  return {
    load,
    async evaluate(question) {
      const { flag, default: fallback, clientVisibleOnly } = question;
      const all = client().allFlags(await contextOf(question), { clientVisibleOnly: clientVisibleOnly === true });
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
