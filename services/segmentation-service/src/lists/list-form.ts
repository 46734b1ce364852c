import { validationLimits } from '@stitchd/core';
import { listLimits } from '../limits.ts';

/** What an operator chose for lists. */
export interface ListSettings {
  /** Keys of one side that are sent to SDKs at most. */
  readonly syncedKeys: number;
  /** Keys of one side at most. */
  readonly listKeys: number;
}

/** How one side of a list is published. */
export type ListForm =
  | { readonly kind: 'inline' }
  /** A power of two. */
  | { readonly kind: 'shards'; readonly shards: number }
  | { readonly kind: 'remote' };

/** What is published of a side now. */
export interface PublishedSide {
  readonly count: number;
  /** 0 for a side that is not cut. */
  readonly shards: number;
}

/** A side comes back from the server when it has fewer keys than this share of what is synced. */
const returnShare = 0.9;

/**
 * Short lists travel as they are, longer ones as fingerprints, the longest stay here. A list that grants access never
 * travels as fingerprints, since two keys with one fingerprint can be made on purpose.
 * @param present - as it is published now. The number of shards is kept while it fits, and a list that is on the server stays
 *   there a little longer, so that lists which grow and shrink about a bound are not sent anew again and again
 */
export function listForm(count: number, exact: boolean, present: PublishedSide, settings: ListSettings): ListForm {
  const inlineKeys = Math.min(validationLimits.inlineListKeys, settings.syncedKeys);
  if (count <= inlineKeys) return { kind: 'inline' };
  const isRemote = present.shards === 0 && present.count > inlineKeys;
  if (exact || count > settings.syncedKeys * (isRemote ? returnShare : 1)) return { kind: 'remote' };
  const least = shardsFor(count);
  const fits = present.shards >= least && present.shards <= least * 4;
  return { kind: 'shards', shards: fits ? present.shards : least };
}

/** The least power of two, from 2, that keeps shards within their limit on average. */
function shardsFor(count: number): number {
  const wanted = Math.ceil(Math.log2(count / listLimits.keysPerShard));
  return Math.min(2 ** Math.max(1, wanted), listLimits.shards);
}

/** As it is stored: 0 for a side that is not cut. */
export function shardsOf(form: ListForm): number {
  return form.kind === 'shards' ? form.shards : 0;
}
