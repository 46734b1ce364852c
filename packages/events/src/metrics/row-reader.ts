import type { EventSelection, MetricWindow } from '@stitchd/core';
import { filterSql } from './filter-sql.ts';
import { jsonField, type JsonField } from './json-field.ts';
import type { QueryParameters } from './query-parameters.ts';

/** How the columns of the rows are called in a statement. */
export interface RowColumns {
  readonly event: string;
  readonly value: string;
  /** JSON as text, '' for none. */
  readonly properties: string;
  /** When it happened by our clock, epoch milliseconds, Int64. */
  readonly atMs: string;
  /** When the unit's time begins, epoch milliseconds, Int64. */
  readonly firstMs: string;
}

export const usualRow: RowColumns = {
  event: 'event',
  value: 'value',
  properties: 'properties',
  atMs: 'at_ms',
  firstMs: 'first_ms',
};

/** Reads rows as a metric's definition asks; remembers whether their properties are needed. */
export interface RowReader {
  /** Whether a row's event counts. */
  readonly selects: (selection: EventSelection) => string;
  /** The number of a row, and which rows count and have one. */
  readonly numbers: (selection: EventSelection & { readonly property?: string }) => RowValues;
  /** Something that tells values apart, and which rows count and have one. */
  readonly values: (selection: EventSelection & { readonly property?: string }) => RowValues;
  readonly readsProperties: () => boolean;
}

export interface RowValues {
  readonly number: string;
  readonly condition: string;
}

export function rowReader(row: RowColumns, parameters: QueryParameters): RowReader {
  let readsProperties = false;
  const field = (property: string): JsonField => {
    readsProperties = true;
    return jsonField(row.properties, property, parameters);
  };
  const selects = ({ event, filter }: EventSelection): string => {
    const isEvent = `${row.event} = ${parameters.bind('String', event)}`;
    return filter === undefined ? isEvent : `${isEvent} AND ${filterSql(filter, field)}`;
  };
  return {
    selects,
    numbers(selection) {
      const condition = selects(selection);
      if (selection.property === undefined) return { number: row.value, condition };
      const { number, isNumber } = field(selection.property);
      return { number, condition: `${condition} AND ${isNumber}` };
    },
    values(selection) {
      const condition = selects(selection);
      // −0 and 0 are one value.
      if (selection.property === undefined) return { number: `if(${row.value} = 0, 0, ${row.value})`, condition };
      const { raw, isScalar } = field(selection.property);
      return { number: raw, condition: `${condition} AND ${isScalar}` };
    },
    readsProperties: () => readsProperties,
  };
}

/** A unit's window over its rows. */
export interface RowWindow {
  /** Whether a row lies in it: from its beginning on, and before its end. */
  readonly holds: string;
  /** Its beginning, epoch milliseconds. */
  readonly start: string;
}

/** @param periodEnd - expression of where a window without an end of its own ends */
export function rowWindow(
  { fromMs, toMs }: MetricWindow,
  periodEnd: string,
  row: RowColumns,
  parameters: QueryParameters,
): RowWindow {
  const after = (ms: number, name: string): string =>
    ms === 0 ? row.firstMs : `${row.firstMs} + ${parameters.bind('Int64', ms, name)}`;
  const start = after(fromMs, 'from_ms');
  const end = toMs === undefined ? periodEnd : after(toMs, 'to_ms');
  return { start, holds: `${row.atMs} >= ${start} AND ${row.atMs} < ${end}` };
}
