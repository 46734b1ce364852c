import { distinctExposures } from '@stitchd/db/clickhouse';
import { transferLimits, type ExportColumn, type ExportRow, type ExportSource } from '@stitchd/events';
import type { EventContext } from '../context.ts';
import { inPeriod, type ItemPeriod } from './item-source.ts';

const columns: readonly ExportColumn[] = [
  { name: 'iterationId', type: 'text' },
  { name: 'flag', type: 'text' },
  { name: 'unitKind', type: 'text' },
  { name: 'unit', type: 'text' },
  { name: 'firstExposureAt', type: 'time' },
  { name: 'variant', type: 'text' },
  { name: 'variantsSeen', type: 'integer' },
];

const grouping = 'iteration_id, flag, unit_kind, unit';
const read = ['iteration_id', 'flag', 'unit_kind', 'unit', 'uid', 'variant', 'happened_at'];

/** A row for each unit that was exposed in the period, by iteration and flag: its first exposure decides its variant. */
export function unitSource(ctx: EventContext, period: ItemPeriod): ExportSource {
  return {
    columns,
    async *parts(signal) {
      const parts = Math.ceil((await countUnits(ctx, period, signal)) / transferLimits.sliceUnits);
      for (let part = 0; part < parts; part++) {
        signal.throwIfAborted();
        yield await readPart(ctx, period, { part, parts }, signal);
      }
    },
  };
}

async function countUnits(ctx: EventContext, { environmentId, fromMs, toMs }: ItemPeriod, signal: AbortSignal): Promise<number> {
  const [row] = await ctx.store.query<{ readonly units: number }>({
    environmentId,
    sql: `SELECT uniqExact(iteration_id, flag, uid) AS units
      FROM ${distinctExposures({ columns: ['iteration_id', 'flag', 'uid'], where: inPeriod })}`,
    params: { fromMs, toMs },
    limits: { executionSeconds: 300 },
    signal,
  });
  return row?.units ?? 0;
}

async function readPart(
  ctx: EventContext,
  { environmentId, fromMs, toMs }: ItemPeriod,
  slice: { readonly part: number; readonly parts: number },
  signal: AbortSignal,
): Promise<readonly ExportRow[]> {
  const where = [...inPeriod, 'uid % {parts:UInt32} = {part:UInt32}'];
  const rows = await ctx.store.query<Readonly<Record<string, ExportRow[number]>>>({
    environmentId,
    sql: `SELECT if(iteration_id = toUUID('00000000-0000-0000-0000-000000000000'), NULL, toString(iteration_id)) AS c0,
      toString(flag) AS c1, toString(unit_kind) AS c2, unit AS c3, toUnixTimestamp64Milli(min(happened_at)) AS c4,
      toString(argMin(variant, happened_at)) AS c5, uniqExact(variant) AS c6
      FROM ${distinctExposures({ columns: read, where })} GROUP BY ${grouping} ORDER BY c4, c3`,
    params: { fromMs, toMs, ...slice },
    limits: { executionSeconds: 120 },
    signal,
  });
  return rows.map((row) => columns.map((_, index) => row[`c${index}`] ?? null));
}
