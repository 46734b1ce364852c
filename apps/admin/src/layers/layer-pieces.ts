import { bucketCount } from '@stitchd/core';
import type { Schemas } from '@stitchd/rest-client';

/** A piece of a layer, from its first bucket to its last. */
export interface LayerPiece {
  /** Where it begins, in percent of the layer. */
  readonly fromPercent: number;
  readonly percent: number;
  /** The experiment that has it; undefined: it is free. */
  readonly experiment: string | undefined;
}

const percentOf = (buckets: number): number => (buckets / bucketCount) * 100;

/** A layer from its first bucket to its last: what experiments have, and what is free between. */
export function layerPieces(slices: Schemas['Layer']['slices']): readonly LayerPiece[] {
  const taken = slices
    .flatMap(({ experimentKey, ranges }) => ranges.map((range) => ({ ...range, experimentKey })))
    .toSorted((left, right) => left.from - right.from);
  const pieces: LayerPiece[] = [];
  let at = 0;
  const add = (to: number, experiment: string | undefined): void => {
    if (to > at) pieces.push({ fromPercent: percentOf(at), percent: percentOf(to - at), experiment });
    at = to;
  };
  for (const { from, to, experimentKey } of taken) {
    add(from, undefined);
    add(to, experimentKey);
  }
  add(bucketCount, undefined);
  return pieces;
}
