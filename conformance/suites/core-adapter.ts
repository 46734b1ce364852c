import {
  compileDefinitions,
  type CompiledDefinitions,
  type ContextHandle,
  type evaluate,
  type EvaluationContext,
} from '@stitchd/core';
import type { Adapter } from '../runner/adapter.ts';
import { entitiesOf, outcomeOf } from './outcome-of.ts';

/** The evaluator itself, asked in one of its ways. */
export function coreAdapter(ways: {
  readonly evaluate: typeof evaluate;
  readonly contextOf: (context: EvaluationContext) => EvaluationContext | ContextHandle;
}): Adapter {
  let compiled: CompiledDefinitions | undefined;
  return {
    load(definitions) {
      compiled = definitions === null ? undefined : compileDefinitions(entitiesOf(definitions), 1);
    },
    evaluate({ flag, type, default: fallback, context, nowMs, memberships, clientVisibleOnly }) {
      const options = {
        ...(nowMs !== undefined && { nowMs }),
        ...(memberships !== undefined && { memberships: new Map(Object.entries(memberships)) }),
        ...(clientVisibleOnly !== undefined && { clientVisibleOnly }),
      };
      return outcomeOf(ways.evaluate(compiled, flag, ways.contextOf(context), type, fallback, options));
    },
  };
}
