import type { FlagType, JsonValue } from '@stitchd/core';

/** What the compiler knows of one flag. `stitchd types` writes one for each flag. */
export interface FlagShape {
  readonly type: FlagType;
  /** The keys of its variants, as a union. */
  readonly variant: string;
  /** What its variants may be, as a union or a shape. */
  readonly value: unknown;
}

/**
 * The flags of the project, by key. It is empty until a file of `stitchd types` adds them to this module; from then on every
 * client knows their keys, types, variants and values, and a key that is not among them does not compile.
 */
export interface StitchdFlags {}

/** Any key, of any type: what a client knows of flags that nobody described. */
export interface AnyFlags {
  readonly [key: string]: { readonly type: FlagType; readonly variant: string; readonly value: JsonValue };
}

/** What a client knows where it is not told otherwise. */
export type KnownFlags = keyof StitchdFlags extends never ? AnyFlags : StitchdFlags;

/** The keys of flags of some types. */
export type FlagKey<Flags, Type extends FlagType = FlagType> = {
  [Key in keyof Flags & string]: Flags[Key] extends FlagShape
    ? [Extract<Flags[Key]['type'], Type>] extends [never]
      ? never
      : Key
    : never;
}[keyof Flags & string];

/** The keys of a flag's variants. */
export type VariantOf<Flags, Key extends keyof Flags> = Flags[Key] extends FlagShape ? Flags[Key]['variant'] : string;

/** The values of a flag. */
export type ValueOf<Flags, Key extends keyof Flags> = Flags[Key] extends FlagShape ? Flags[Key]['value'] : JsonValue;

/** The texts that a flag of type `string` may serve. */
export type TextOf<Flags, Key extends keyof Flags> = ValueOf<Flags, Key> & string;

/** What may stand in for the value of a flag of type `json`. */
export type JsonFallback<Flags, Key extends keyof Flags> =
  JsonValue extends ValueOf<Flags, Key> ? JsonValue : ValueOf<Flags, Key>;

/** What a flag of type `json` answers: its values where they are known, else whatever the fallback promises. */
export type JsonAnswer<Flags, Key extends keyof Flags, Fallback> =
  JsonValue extends ValueOf<Flags, Key> ? Fallback : ValueOf<Flags, Key>;
