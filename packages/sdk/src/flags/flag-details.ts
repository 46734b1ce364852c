import type { EvaluationDetails, EvaluationMetadata } from '@stitchd/core';

/** Where a local override came from. */
export type OverrideSource = 'link' | 'environment' | 'file';

/** Flat facts about an answer. Shared between evaluations and frozen. */
export interface FlagMetadata extends EvaluationMetadata {
  /** The answer comes from a local override; the flag was not evaluated, and nothing is exposed. */
  readonly override?: OverrideSource;
}

/** An answer with what it rests on. Shared between evaluations and frozen, unless the fallback is in it. */
export interface FlagDetails<Value, Variant extends string = string> extends EvaluationDetails<Value> {
  /** `undefined` where `value` is the fallback, or an override's value that no variant has. */
  readonly variant: Variant | undefined;
  readonly metadata: FlagMetadata;
}
