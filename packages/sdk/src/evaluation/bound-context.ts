import type { AllFlags, AllFlagsOptions } from '../flags/flag-reads.ts';
import type { FlagDetails } from '../flags/flag-details.ts';
import type { FlagKey, JsonAnswer, JsonFallback, KnownFlags, TextOf, VariantOf } from '../flags/flag-table.ts';
import type { ReadOptions } from './read-options.ts';
import { SubjectContext } from './subject-context.ts';

/**
 * A frozen context with the client's methods bound to it. It keeps its hashes, so that the second flag costs a few integer
 * operations; later changes of the object that it was made of do not reach it. Made by `client.context`.
 */
export class BoundContext<Flags = KnownFlags> extends SubjectContext {
  boolean(flagKey: FlagKey<Flags, 'boolean'>, fallback: boolean, options?: ReadOptions): boolean {
    return this.booleanDetails(flagKey, fallback, options).value;
  }

  string<Key extends FlagKey<Flags, 'string'>, Fallback extends string>(
    flagKey: Key,
    fallback: Fallback,
    options?: ReadOptions,
  ): TextOf<Flags, Key> | Fallback {
    return this.stringDetails(flagKey, fallback, options).value;
  }

  number(flagKey: FlagKey<Flags, 'integer' | 'double'>, fallback: number, options?: ReadOptions): number {
    return this.numberDetails(flagKey, fallback, options).value;
  }

  json<Key extends FlagKey<Flags, 'json'>, Fallback extends JsonFallback<Flags, Key>>(
    flagKey: Key,
    fallback: Fallback,
    options?: ReadOptions,
  ): JsonAnswer<Flags, Key, Fallback> {
    return this.jsonDetails(flagKey, fallback, options).value;
  }

  booleanDetails<Key extends FlagKey<Flags, 'boolean'>>(
    flagKey: Key,
    fallback: boolean,
    options?: ReadOptions,
  ): FlagDetails<boolean, VariantOf<Flags, Key>> {
    return SubjectContext.readsOf(this).read(flagKey, this.handle, SubjectContext.linkOf(this), 'boolean', fallback, options);
  }

  stringDetails<Key extends FlagKey<Flags, 'string'>, Fallback extends string>(
    flagKey: Key,
    fallback: Fallback,
    options?: ReadOptions,
  ): FlagDetails<TextOf<Flags, Key> | Fallback, VariantOf<Flags, Key>> {
    return SubjectContext.readsOf(this).read(flagKey, this.handle, SubjectContext.linkOf(this), 'string', fallback, options);
  }

  numberDetails<Key extends FlagKey<Flags, 'integer' | 'double'>>(
    flagKey: Key,
    fallback: number,
    options?: ReadOptions,
  ): FlagDetails<number, VariantOf<Flags, Key>> {
    return SubjectContext.readsOf(this).read(flagKey, this.handle, SubjectContext.linkOf(this), 'double', fallback, options);
  }

  jsonDetails<Key extends FlagKey<Flags, 'json'>, Fallback extends JsonFallback<Flags, Key>>(
    flagKey: Key,
    fallback: Fallback,
    options?: ReadOptions,
  ): FlagDetails<JsonAnswer<Flags, Key, Fallback>, VariantOf<Flags, Key>> {
    return SubjectContext.readsOf(this).read(flagKey, this.handle, SubjectContext.linkOf(this), 'json', fallback, options);
  }

  /** As `client.allFlags`. */
  allFlags(options?: AllFlagsOptions): AllFlags {
    return SubjectContext.readsOf(this).allFlags(this, options);
  }
}
