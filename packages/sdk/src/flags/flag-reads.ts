import type { JsonValue } from '@stitchd/core';
import type { ContextInput, ReadOptions } from '../evaluation/read-options.ts';
import type { FlagDetails } from './flag-details.ts';
import type { FlagKey, JsonAnswer, JsonFallback, TextOf, VariantOf } from './flag-table.ts';

/**
 * Reads of flags for a context. Each answers at once, from memory, and never throws; `fallback` is the answer where there is
 * no flag, no definitions yet, or a flag of another type. Where the flags are known (`stitchd types`), keys, variants and
 * values are checked by the compiler.
 */
export interface FlagReads<Flags> {
  boolean(flagKey: FlagKey<Flags, 'boolean'>, context: ContextInput, fallback: boolean, options?: ReadOptions): boolean;
  string<Key extends FlagKey<Flags, 'string'>, Fallback extends string>(
    flagKey: Key,
    context: ContextInput,
    fallback: Fallback,
    options?: ReadOptions,
  ): TextOf<Flags, Key> | Fallback;
  /** For flags of type `integer` and `double`. */
  number(flagKey: FlagKey<Flags, 'integer' | 'double'>, context: ContextInput, fallback: number, options?: ReadOptions): number;
  /** The value is shared and frozen: copy it to change it. Where the flag's shape is not known, the fallback's is believed. */
  json<Key extends FlagKey<Flags, 'json'>, Fallback extends JsonFallback<Flags, Key>>(
    flagKey: Key,
    context: ContextInput,
    fallback: Fallback,
    options?: ReadOptions,
  ): JsonAnswer<Flags, Key, Fallback>;
  booleanDetails<Key extends FlagKey<Flags, 'boolean'>>(
    flagKey: Key,
    context: ContextInput,
    fallback: boolean,
    options?: ReadOptions,
  ): FlagDetails<boolean, VariantOf<Flags, Key>>;
  stringDetails<Key extends FlagKey<Flags, 'string'>, Fallback extends string>(
    flagKey: Key,
    context: ContextInput,
    fallback: Fallback,
    options?: ReadOptions,
  ): FlagDetails<TextOf<Flags, Key> | Fallback, VariantOf<Flags, Key>>;
  numberDetails<Key extends FlagKey<Flags, 'integer' | 'double'>>(
    flagKey: Key,
    context: ContextInput,
    fallback: number,
    options?: ReadOptions,
  ): FlagDetails<number, VariantOf<Flags, Key>>;
  jsonDetails<Key extends FlagKey<Flags, 'json'>, Fallback extends JsonFallback<Flags, Key>>(
    flagKey: Key,
    context: ContextInput,
    fallback: Fallback,
    options?: ReadOptions,
  ): FlagDetails<JsonAnswer<Flags, Key, Fallback>, VariantOf<Flags, Key>>;
  /**
   * The answers of all flags that are not archived, by key: of flags without an answer of their own the value is `undefined`.
   * No hook runs. Nothing is exposed, unless the environment says that deliveries expose: then every unit of a running experiment or
   * holdout among the answers is, as by a read.
   */
  allFlags(context: ContextInput, options?: AllFlagsOptions): AllFlags;
}

export interface AllFlagsOptions {
  /** `true`: only flags that may be shown to browsers and apps. */
  readonly clientVisibleOnly?: boolean;
  /** `false`: exposes nobody, whatever the environment says. */
  readonly exposure?: boolean;
}

export type AllFlags = ReadonlyMap<string, FlagDetails<JsonValue | undefined>>;
