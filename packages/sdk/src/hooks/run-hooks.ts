import type { JsonValue } from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';
import { callGuarded } from '../guarded-call.ts';
import type { Hook, HookEvaluation } from './hook.ts';

type OnError = (error: unknown) => void;

/** Runs the first stage, in order. */
export function runBefore(hooks: readonly Hook[], evaluation: HookEvaluation, onError: OnError): void {
  for (const hook of hooks) callGuarded(() => hook.before?.(evaluation), onError);
}

/** Runs the stages after an evaluation, in the opposite order. */
export function runAfter(
  hooks: readonly Hook[],
  evaluation: HookEvaluation,
  details: FlagDetails<JsonValue | undefined>,
  onError: OnError,
): void {
  const backwards = hooks.toReversed();
  for (const stage of [details.reason === 'ERROR' ? 'error' : 'after', 'finally'] as const)
    for (const hook of backwards) callGuarded(() => hook[stage]?.(evaluation, details), onError);
}
