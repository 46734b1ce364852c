import { create, toJson } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import { slicesOf, type LayerRow, type SliceRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import { LayerSchema, type Layer } from '@stitchd/proto/experiment/v1/layers';
import { wholeShare } from '../limits.ts';
import { shareOf } from './allot-ranges.ts';

/** A layer as the others see it. @param slices - of this layer, in any order */
export function layerMessage(row: LayerRow, slices: readonly SliceRow[]): Layer {
  const firstOf = ({ ranges }: SliceRow): number => ranges[0]?.from ?? 0;
  return create(LayerSchema, {
    id: row.id,
    key: row.key,
    name: row.name,
    description: row.description,
    unitKind: row.unit_kind,
    slices: slices
      .toSorted((left, right) => firstOf(left) - firstOf(right))
      .map((slice) => ({
        experimentKey: slice.experiment_key,
        experimentName: slice.experiment_name,
        experimentState: slice.experiment_state,
        shareMilliPercent: shareOf(slice.ranges),
        ranges: slice.ranges.map((range) => ({ ...range })),
      })),
    freeMilliPercent: wholeShare - shareOf(slices.flatMap(({ ranges }) => ranges)),
    version: row.version,
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
    environmentId: row.environment_id,
    projectId: row.project_id,
  });
}

/** The same, with what is allotted of it now. */
export async function describeLayer(tx: Tx, row: LayerRow): Promise<Layer> {
  return layerMessage(row, await slicesOf(tx, [row.id]));
}

/** For the audit log, and for a caller whose version is not the current one. */
export function layerJson(layer: Layer): JsonValue {
  return toJson(LayerSchema, layer);
}
