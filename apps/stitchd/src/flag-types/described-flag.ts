import type { FlagType, JsonValue } from '@stitchd/core';

/** What a program is told of one flag. */
export interface DescribedFlag {
  readonly key: string;
  readonly type: FlagType;
  /** For people; empty where nobody wrote anything. */
  readonly description: string;
  readonly variants: readonly { readonly key: string; readonly value: JsonValue }[];
}
