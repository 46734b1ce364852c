import type { ContextHandle } from '../context/context-handle.ts';
import type { EvaluationContext } from '../context/context.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import type { CompiledDefinitions, CompiledFlag } from './compiled-definitions.ts';
import { beginForMany, decideInTurn, freeRun } from './decide-flag.ts';
import type { EvaluateOptions, EvaluationDetails } from './details.ts';
import { isServed } from './prepared-details.ts';

/** Receives one flag's answer; its `value` is `undefined` where no variant is served. */
export type FlagVisitor = (flag: CompiledFlag, details: EvaluationDetails<JsonValue | undefined>) => void;

/**
 * Evaluates every flag for one context, each as `evaluate` does, in the order in which the definitions hold them. Archived
 * flags are left out, and those that are not `clientVisible` where that is asked for. The context is taken in once for all
 * flags, which makes this several times faster than as many evaluations. Never throws, unless `visit` does.
 *
 * @param compiled - `undefined` before the first definitions: nothing is visited
 * @param context - a plain object, which `visit` may not change, or a handle
 * @param options - `nestedExposures` receives those of all flags
 */
export function evaluateAll(
  compiled: CompiledDefinitions | undefined,
  context: EvaluationContext | ContextHandle,
  visit: FlagVisitor,
  options?: EvaluateOptions,
): void {
  if (compiled === undefined) return;
  const visibleOnly = options?.clientVisibleOnly === true;
  const run = freeRun();
  try {
    beginForMany(run, compiled, context, options);
    for (const flag of compiled.flags.values()) {
      if (flag.archived || (visibleOnly && !flag.clientVisible)) continue;
      const details = flag.constant ?? decideInTurn(run, compiled, flag, context, options);
      visit(flag, isServed(details) ? details : { ...details, value: undefined });
    }
  } finally {
    run.end();
  }
}
