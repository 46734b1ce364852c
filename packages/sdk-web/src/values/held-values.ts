import type { ContextValues, FlagValue } from '@stitchd/core';

/** Where the values at hand are from. */
export type ValuesSource = 'bootstrap' | 'cache' | 'server';

/** The values at hand, which change as a whole. */
export interface HeldValues {
  readonly values: () => ContextValues | undefined;
  readonly source: () => ValuesSource | undefined;
  readonly find: (flagKey: string) => FlagValue | undefined;
  /** @returns the keys of the flags that answer differently, sorted */
  readonly replace: (values: ContextValues, source: ValuesSource) => readonly string[];
}

const own = (values: ContextValues | undefined, flagKey: string): FlagValue | undefined =>
  values !== undefined && Object.hasOwn(values.flags, flagKey) ? values.flags[flagKey] : undefined;

const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What is the same stays the same object, so that who compares by identity sees no change. */
function merged(before: FlagValue | undefined, after: FlagValue): FlagValue {
  if (before === undefined) return after;
  if (isSame(before, after)) return before;
  return before.value !== undefined && isSame(before.value, after.value) ? { ...after, value: before.value } : after;
}

export function createHeldValues(): HeldValues {
  let held: ContextValues | undefined;
  let heldFrom: ValuesSource | undefined;
  return {
    values: () => held,
    source: () => heldFrom,
    find: (flagKey) => own(held, flagKey),
    replace(values, source) {
      const before = held;
      const flags = Object.fromEntries(Object.entries(values.flags).map(([key, flag]) => [key, merged(own(before, key), flag)]));
      held = { ...values, flags };
      heldFrom = source;
      const keys = new Set([...Object.keys(before?.flags ?? {}), ...Object.keys(flags)]);
      return [...keys].filter((key) => own(before, key) !== own(held, key)).toSorted();
    },
  };
}

/** Reads values from outside: of a bootstrap, a cache or a server. Undefined for what is none. Never throws. */
export function readValues(json: unknown): ContextValues | undefined {
  if (typeof json !== 'object' || json === null) return undefined;
  const { revision, flags, assignments, etag } = json as { readonly [name: string]: unknown };
  if (typeof revision !== 'number' || typeof flags !== 'object' || flags === null || typeof etag !== 'string') return undefined;
  if (!Object.values(flags).every((flag) => typeof flag === 'object' && flag !== null && 'reason' in flag)) return undefined;
  const token = typeof assignments === 'string' ? assignments : null;
  return { revision, flags: flags as ContextValues['flags'], assignments: token, etag };
}
