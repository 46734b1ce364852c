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

/**
 * Short lists travel as they are, longer ones as fingerprints, the longest stay here. A list that grants access never
 * travels as fingerprints, since two keys with one fingerprint can be made on purpose.
 * @param presentShards - into how many it is cut now; kept while that fits, so that growing and shrinking lists are not cut
 *   anew again and again
 */
export function listForm(count: number, exact: boolean, presentShards: number, settings: ListSettings): ListForm {
  if (count <= Math.min(validationLimits.inlineListKeys, settings.syncedKeys)) return { kind: 'inline' };
  if (exact || count > settings.syncedKeys) return { kind: 'remote' };
  const least = shardsFor(count);
  const fits = presentShards >= least && presentShards <= least * 4;
  return { kind: 'shards', shards: fits ? presentShards : least };
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
