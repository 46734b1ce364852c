import type { Entity, EntityRef } from '../definitions/entity.ts';

/** One message of a sync stream, decoded. */
export interface ReplicaMessage {
  /** The environment's revision once the state is applied. */
  readonly revision: bigint | number;
  /** 0: a snapshot. Otherwise a delta that fits only the state of exactly that revision. */
  readonly fromRevision: bigint | number;
  /** A state may take several messages; it is applied as a whole at the last one. */
  readonly last: boolean;
  /** Of the whole resulting state; see `checksumOf`. */
  readonly checksum: bigint;
  readonly entities: readonly Entity[];
  readonly removed: readonly EntityRef[];
}

/** What became of a message. After `gap` and `checksum-mismatch` nothing has changed: ask for a snapshot. */
export type ApplyOutcome =
  | { readonly kind: 'applied'; readonly revision: bigint; readonly changedFlags: readonly string[] }
  | { readonly kind: 'pending' }
  | { readonly kind: 'gap'; readonly expectedFromRevision: bigint }
  | { readonly kind: 'checksum-mismatch'; readonly expected: bigint; readonly actual: bigint };
