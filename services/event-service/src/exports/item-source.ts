import { distinctEvents, distinctExposures, type DistinctSource } from '@stitchd/db/clickhouse';
import type { ExportColumn, ExportRow, ExportSource } from '@stitchd/events';
import type { EventContext } from '../context.ts';
import { planSlices, type HourOfItems, type ItemSlice } from './plan-slices.ts';

export interface ItemPeriod {
  readonly environmentId: string;
  /** Items that happened in [fromMs, toMs), by our clock. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Keys of events without a value. */
  readonly valueless: readonly string[];
}

interface ItemKind {
  readonly distinct: (source: DistinctSource) => string;
  readonly columns: readonly ExportColumn[];
  readonly read: readonly string[];
  /** The columns' values, in their order. */
  readonly select: readonly string[];
  readonly bytes: string;
}

const shared: readonly ExportColumn[] = [
  { name: 'context', type: 'json' },
  { name: 'sdk', type: 'text' },
  { name: 'sdkVersion', type: 'text' },
  { name: 'skewMs', type: 'integer' },
  { name: 'acceptedAt', type: 'time' },
];
const sharedSelect = [
  'toJSONString(units)',
  "nullIf(sdk, '')",
  "nullIf(sdk_version, '')",
  'skew_ms',
  'toUnixTimestamp64Milli(accepted_at)',
];
const head: readonly ExportColumn[] = [
  { name: 'id', type: 'text' },
  { name: 'at', type: 'time' },
];
const headSelect = ['toString(item_id)', 'toUnixTimestamp64Milli(happened_at)'];
const sharedRead = ['happened_at', 'accepted_at', 'skew_ms', 'units', 'sdk', 'sdk_version'];

const text = (name: string): ExportColumn => ({ name, type: 'text' });

const events: ItemKind = {
  distinct: distinctEvents,
  columns: [...head, text('key'), { name: 'value', type: 'number' }, { name: 'properties', type: 'json' }, ...shared],
  read: [...sharedRead, 'event', 'value', 'properties'],
  select: [
    ...headSelect,
    'toString(event)',
    'if(has({valueless:Array(String)}, toString(event)), NULL, value)',
    "nullIf(properties, '')",
    ...sharedSelect,
  ],
  bytes: 'length(properties) + 300',
};

const exposures: ItemKind = {
  distinct: distinctExposures,
  columns: [
    ...head,
    ...['flag', 'variant', 'rule', 'split', 'iterationId', 'holdout'].map(text),
    { name: 'coveredBy', type: 'json' },
    { name: 'attributes', type: 'json' },
    text('delivered'),
    ...shared,
  ],
  read: [...sharedRead, 'flag', 'variant', 'rule', 'split', 'iteration_id', 'holdout', 'covered_by', 'attributes', 'delivered'],
  select: [
    ...headSelect,
    'toString(flag)',
    'toString(variant)',
    "nullIf(toString(rule), '')",
    "nullIf(toString(split), '')",
    "if(iteration_id = toUUID('00000000-0000-0000-0000-000000000000'), NULL, toString(iteration_id))",
    "nullIf(toString(holdout), '')",
    'if(empty(covered_by), NULL, toJSONString(covered_by))',
    'if(empty(attributes), NULL, toJSONString(attributes))',
    "if(delivered, 'true', NULL)",
    ...sharedSelect,
  ],
  bytes: '500',
};

/** As the tables are sorted, so that one hour is read without the others. */
const madeHour = "toStartOfHour(UUIDv7ToDateTime(item_id, 'UTC'))";
const inPeriod = [
  'at + toIntervalMillisecond(skew_ms) >= fromUnixTimestamp64Milli({fromMs:Int64})',
  'at + toIntervalMillisecond(skew_ms) < fromUnixTimestamp64Milli({toMs:Int64})',
];

export function itemSource(ctx: EventContext, what: 'events' | 'exposures', period: ItemPeriod): ExportSource {
  const kind = what === 'events' ? events : exposures;
  return {
    columns: kind.columns,
    async *parts(signal) {
      for (const slice of planSlices(await hoursOf(ctx, kind, period, signal))) {
        signal.throwIfAborted();
        yield await readSlice(ctx, kind, period, slice, signal);
      }
    },
  };
}

function hoursOf(ctx: EventContext, kind: ItemKind, { environmentId, fromMs, toMs }: ItemPeriod, signal: AbortSignal) {
  const measured = kind.distinct({ columns: [], expressions: { hour: madeHour, bytes: kind.bytes }, where: inPeriod });
  return ctx.store.query<HourOfItems>({
    environmentId,
    sql: `SELECT toUnixTimestamp(hour) AS hour, count() AS items, sum(bytes) AS bytes FROM ${measured} GROUP BY hour`,
    params: { fromMs, toMs },
    limits: { executionSeconds: 300 },
    signal,
  });
}

async function readSlice(ctx: EventContext, kind: ItemKind, period: ItemPeriod, slice: ItemSlice, signal: AbortSignal) {
  const { environmentId, ...params } = period;
  const where = [
    ...inPeriod,
    `${madeHour} >= toDateTime({fromHour:UInt32}, 'UTC')`,
    `${madeHour} < toDateTime({toHour:UInt32}, 'UTC')`,
    'cityHash64(item_id) % {parts:UInt32} = {part:UInt32}',
  ];
  const values = kind.select.map((expression, index) => `${expression} AS c${index}`);
  const rows = await ctx.store.query<Readonly<Record<string, ExportRow[number]>>>({
    environmentId,
    sql: `SELECT ${values.join(', ')} FROM ${kind.distinct({ columns: kind.read, where })} ORDER BY c1, c0`,
    params: { ...params, ...slice },
    limits: { executionSeconds: 120 },
    signal,
  });
  return rows.map((row) => kind.select.map((_, index) => row[`c${index}`] ?? null));
}
