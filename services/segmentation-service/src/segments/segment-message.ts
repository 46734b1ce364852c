import { create, toJson, type JsonObject } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import { usersOfSegments, type SegmentRow } from '@stitchd/db/segment';
import type { Tx } from '@stitchd/db/postgres';
import { SegmentSchema, type Segment } from '@stitchd/proto/segment/v1/segment';

/** A segment as other services see it. */
export function segmentMessage(segment: SegmentRow, usedBy: readonly string[]): Segment {
  return create(SegmentSchema, {
    id: segment.id,
    key: segment.key,
    name: segment.name,
    description: segment.description,
    type: segment.type,
    ...(segment.condition !== null && { when: segment.condition as unknown as JsonObject }),
    contextKind: segment.context_kind,
    exact: segment.exact,
    includedCount: segment.included_count,
    excludedCount: segment.excluded_count,
    version: segment.version,
    createdAt: timestampFromDate(segment.created_at),
    updatedAt: timestampFromDate(segment.updated_at),
    usedBy: [...usedBy],
  });
}

/** Segments with who uses them, in one statement however many they are. */
export async function describeSegments(
  tx: Tx,
  environmentId: string,
  segments: readonly SegmentRow[],
): Promise<readonly Segment[]> {
  const users = await usersOfSegments(
    tx,
    environmentId,
    segments.map(({ key }) => key),
  );
  return segments.map((segment) => segmentMessage(segment, users.get(segment.key) ?? []));
}

export async function describeSegment(tx: Tx, segment: SegmentRow): Promise<Segment> {
  const users = await usersOfSegments(tx, segment.environment_id, [segment.key]);
  return segmentMessage(segment, users.get(segment.key) ?? []);
}

/** A segment as the audit log keeps it, and as a stale writer is shown it: a list's sizes, not its keys. */
export function segmentState(segment: SegmentRow): JsonValue {
  return toJson(SegmentSchema, segmentMessage(segment, [])) as JsonValue;
}
