import type { Selectable } from 'kysely';
import type { Condition, JsonValue } from '@stitchd/core';
import type { SegmentSegment } from '../gen/schema.ts';

export const segmentTypes = ['rule', 'list'] as const;

/** Members are those for whom a condition holds, or those whose keys are listed. */
export type SegmentType = (typeof segmentTypes)[number];

export const listSides = ['included', 'excluded'] as const;

/** The two lists of a list segment; excluded wins. */
export type ListSide = (typeof listSides)[number];

/** A segment of an environment. */
export type SegmentRow = Omit<Selectable<SegmentSegment>, 'type' | 'condition'> & {
  readonly type: SegmentType;
  /** Of a rule segment. */
  readonly condition: Condition | null;
};

/** The columns hold nothing else: checks and this module's writers see to it. */
export function segmentRow(row: Selectable<SegmentSegment>): SegmentRow {
  return row as unknown as SegmentRow;
}

/** Core's conditions are JSON, which their readonly interfaces don't say. */
export function asJson(condition: Condition): JsonValue {
  return condition as unknown as JsonValue;
}
