import { createHash } from 'node:crypto';
import { uuidv7, uuidv7TimeMs } from '@stitchd/core';
import type { ImportRecord } from './found-row.ts';
import type { ImportConversion, ImportRequest, ImportTimeUnit, MappedField } from './import-request.ts';

export type MadeItem =
  | { readonly kind: 'item'; readonly item: Readonly<Record<string, unknown>> }
  | { readonly kind: 'problem'; readonly message: string };

/** Turns rows into items as an SDK would send them; what an item may be is checked where all are. */
export interface ItemMaker {
  readonly make: (record: ImportRecord, row: number) => MadeItem;
  /** Columns that no field comes from. */
  readonly ignoredColumns: (columns: readonly string[]) => readonly string[];
}

type Fields = Record<string, unknown>;

/** Other names under which the usual fields are found. */
const synonyms: Readonly<Record<string, string>> = {
  timestamp: 'at',
  time: 'at',
  event: 'key',
  event_name: 'key',
  iteration_id: 'iterationId',
  user: 'context.user',
  user_id: 'context.user',
};
const plainFields = new Set([
  'type',
  'id',
  'at',
  'key',
  'value',
  'properties',
  'context',
  'flag',
  'variant',
  'rule',
  'split',
  'iterationId',
  'holdout',
  'coveredBy',
  'attributes',
  'delivered',
]);
const objectFields = new Set(['properties', 'context', 'attributes']);

/** @param importId - what ids are derived from where rows carry none */
export function createItemMaker(request: ImportRequest, importId: string): ItemMaker {
  const entries = request.mapping.length > 0 ? () => request.mapping : usualMapping;
  return {
    make(record, row) {
      const item: Fields = {};
      for (const entry of entries(record)) {
        const given = entry.constant !== '' ? entry.constant : record[entry.column];
        if (given === undefined || given === null) continue;
        const value = converted(given, entry, request.timeUnit);
        if (value === undefined) return { kind: 'problem', message: `${entry.field} can not be made of ${shown(given)}.` };
        put(item, entry.field, value);
      }
      item['type'] ??= request.itemType;
      item['id'] = idOf(item['id'], item['at'], importId, row);
      return { kind: 'item', item };
    },
    ignoredColumns(columns) {
      const used = new Set(
        request.mapping.length > 0
          ? request.mapping.map(({ column }) => column)
          : usualMapping(Object.fromEntries(columns.map((column) => [column, '']))).map(({ column }) => column),
      );
      return columns.filter((column) => !used.has(column));
    },
  };
}

/** By the names of the columns: `key`, `context.user`, `properties.plan`, and what they are often called. */
function usualMapping(record: ImportRecord): readonly MappedField[] {
  return Object.keys(record).flatMap((column) => usualField(column) ?? []);
}

function usualField(column: string): MappedField | undefined {
  const named = synonyms[column] ?? column;
  const [head = ''] = named.split('.', 1);
  const isKnown = named.includes('.') ? objectFields.has(head) : plainFields.has(named);
  return isKnown ? { field: named, column, constant: '', as: '' } : undefined;
}

function put(item: Fields, field: string, value: unknown): void {
  const dot = field.indexOf('.');
  if (dot === -1) {
    item[field] = isFields(value) && isFields(item[field]) ? { ...item[field], ...value } : value;
    return;
  }
  const head = field.slice(0, dot);
  const inside = isFields(item[head]) ? item[head] : {};
  item[head] = { ...inside, [field.slice(dot + 1)]: value };
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Undefined: it can't be. */
function converted(given: unknown, { field, as }: MappedField, unit: ImportTimeUnit): unknown {
  if (field === 'at') return timeOf(given, unit);
  const value = plain(given);
  const head = field.split('.', 1)[0] ?? '';
  switch (as === '' ? usualConversion(field, head) : as) {
    case 'number':
      return numberOf(value);
    case 'boolean':
      return booleanOf(value);
    case 'json':
      return field === 'context' ? withoutNulls(parsed(value)) : parsed(value);
    case 'text':
      return typeof value === 'string' ? value : JSON.stringify(value);
    case 'same':
      return value;
  }
}

function usualConversion(field: string, head: string): ImportConversion | 'same' {
  if (field === 'value') return 'number';
  if (field === 'delivered') return 'boolean';
  if (head === 'properties' && field !== head) return 'same';
  return field === 'coveredBy' || objectFields.has(field) ? 'json' : 'text';
}

/** Types of Parquet as JSON has them. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('utf8');
  if (Array.isArray(value)) return value.map(plain);
  if (!isFields(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, inside]) => [name, plain(inside)]));
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function booleanOf(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = String(value).toLowerCase();
  return text === 'true' || text === '1' ? true : text === 'false' || text === '0' ? false : undefined;
}

/** A structure of Parquet has all its fields in every row. */
function withoutNulls(value: unknown): unknown {
  return isFields(value) ? Object.fromEntries(Object.entries(value).filter(([, inside]) => inside !== null)) : value;
}

function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return undefined;
  }
}

const perUnit = { milliseconds: 1, seconds: 1_000, microseconds: 1e-3 } as const;
const zone = /(Z|[+-]\d{2}(:?\d{2})?)$/i;

/** Whole milliseconds since 1970. A time without a zone is UTC. */
function timeOf(given: unknown, unit: ImportTimeUnit): number | undefined {
  if (given instanceof Date) return wholeMs(given.getTime());
  const number = typeof given === 'bigint' ? Number(given) : numberOf(given);
  if (number !== undefined) return wholeMs(Math.round(number * perUnit[unit]));
  if (typeof given !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(given)) return undefined;
  const text = given.trim().replace(' ', 'T');
  const isDay = text.length === 10;
  return wholeMs(Date.parse(isDay || zone.test(text.slice(10)) ? text : `${text}Z`));
}

function wholeMs(milliseconds: number): number | undefined {
  return Number.isSafeInteger(milliseconds) && milliseconds >= 0 ? milliseconds : undefined;
}

/**
 * The id of a row's item: its own where that is a UUIDv7; else made of its own id, so that the same item counts once in
 * whatever file it comes; else made of the import and the row, so that reading a row twice counts it once.
 */
function idOf(given: unknown, at: unknown, importId: string, row: number): unknown {
  if (typeof given === 'string' && uuidv7TimeMs(given.toLowerCase()) !== undefined) return given.toLowerCase();
  if (typeof at !== 'number') return given;
  const hasOwn = typeof given === 'string' || typeof given === 'number';
  const source = hasOwn ? `id ${given}` : `row ${importId} ${row}`;
  return uuidv7(at, createHash('sha256').update(source).digest().subarray(0, 10));
}

function shown(given: unknown): string {
  const text = typeof given === 'string' ? given : typeof given === 'bigint' ? String(given) : (JSON.stringify(given) ?? '');
  return JSON.stringify(text.slice(0, 60));
}
