import type { Condition } from './condition.ts';

/** Most shards of one side of a list: of 4,096 keys each they hold far more than any list has. */
export const maxShards = 2 ** 16;

/** Whether a value is a usable number of shards: a power of two up to the most. */
export function isShardCount(value: unknown): value is number {
  return typeof value === 'number' && value >= 1 && value <= maxShards && Number.isInteger(Math.log2(value));
}

/** Where a list's keys are: in the body, in shard entities of fingerprints, or on the server only. */
export type ListSource =
  | { readonly keys: readonly string[] }
  /** The number of `list-shard` entities, a power of two. */
  | { readonly shards: number }
  /** Membership is unknown unless it was resolved and passed in. */
  | { readonly remote: true };

/** Members are those for whom a condition is true. */
export interface RuleSegmentDefinition {
  readonly key: string;
  readonly type: 'rule';
  readonly when: Condition;
}

/** Members are keys of one context kind that are included and not excluded. */
export interface ListSegmentDefinition {
  readonly key: string;
  readonly type: 'list';
  readonly contextKind: string;
  readonly included: ListSource;
  readonly excluded: ListSource;
  /** The list grants access: never answered from fingerprints, whose collisions can be made on purpose. */
  readonly exact?: boolean;
  /**
   * Present where a side is remote: another number after each change of its keys, so that whoever keeps answers knows when
   * they may have changed.
   */
  readonly membersVersion?: number;
}

/** Body of an entity of kind `segment`. */
export type SegmentDefinition = RuleSegmentDefinition | ListSegmentDefinition;

/** Body of an entity of kind `list-shard`: the keys of one list whose fingerprints begin with the bits of `shard`. */
export interface ListShardDefinition {
  readonly segment: string;
  readonly side: 'included' | 'excluded';
  /** 0…`of`−1: the top bits of the fingerprints in it. */
  readonly shard: number;
  /** A power of two, equal to the segment's `shards`. */
  readonly of: number;
  /** Base64 of the sorted fingerprints, 8 bytes each, little-endian. */
  readonly fingerprints: string;
}
