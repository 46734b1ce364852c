import type { FlagType, FlagVariant } from '@stitchd/core';

/** What environments serve that have no configuration of their own. */
export interface InitialServe {
  /** Null: the caller's default. */
  readonly off: string | null;
  readonly serve: string;
}

/** Boolean flags are off by their false variant and on by their true one; others serve their first. */
export function initialServe(type: FlagType, variants: readonly FlagVariant[]): InitialServe {
  const [first] = variants;
  if (first === undefined) throw new Error('a flag has at least one variant');
  if (type !== 'boolean') return { off: null, serve: first.key };
  const keyOf = (value: boolean): string | undefined => variants.find((variant) => variant.value === value)?.key;
  return { off: keyOf(false) ?? null, serve: keyOf(true) ?? first.key };
}
