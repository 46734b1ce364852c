import type { JsonValue } from '@stitchd/core';
import type { OverrideSource } from '../flags/flag-details.ts';

/** What a flag is made to answer: the value of one of its variants, or a value as it stands. */
export type OverrideAnswer =
  | { readonly kind: 'variant'; readonly variant: string }
  | { readonly kind: 'value'; readonly value: JsonValue };

/** An override and where it came from. */
export interface FlagOverride {
  readonly source: OverrideSource;
  readonly answer: OverrideAnswer;
}

/** Overrides by flag key. */
export interface OverrideLookup {
  readonly find: (flagKey: string) => FlagOverride | undefined;
  /** Whether `find` can answer nothing at present. */
  readonly isEmpty: () => boolean;
}
