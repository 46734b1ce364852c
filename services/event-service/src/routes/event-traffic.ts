import type { JsonObject } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { distinctEvents, madeInPeriod } from '@stitchd/db/clickhouse';
import { itemLimits, sentValue } from '@stitchd/events';
import type { GetQuarantinedRequest } from '@stitchd/proto/event/v1/event_traffic';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { eventServiceLimits } from '../limits.ts';
import { keptEventColumns, keptRows, type KeptEventRow } from '../quarantine/quarantine-rows.ts';

const { listedKeys, samples } = eventServiceLimits.quarantine;
const { dayMs } = itemLimits;

const volumesSql = `
  SELECT event AS eventKey, countIf(happened_at >= fromUnixTimestamp64Milli({dayMs:Int64})) AS lastDay, count() AS lastWeek,
    toUnixTimestamp64Milli(max(happened_at)) AS lastSeenMs
  FROM ${distinctEvents({ columns: ['event', 'happened_at'], where: madeInPeriod })}
  GROUP BY event ORDER BY event`;

/** How much of each event came lately, each item once. */
export async function listEventVolumes(ctx: EventContext) {
  const { environmentId } = environmentScope();
  const nowMs = ctx.nowMs();
  const rows = await ctx.store.query<{ eventKey: string; lastDay: number; lastWeek: number; lastSeenMs: number }>({
    environmentId,
    sql: volumesSql,
    params: { dayMs: nowMs - dayMs, fromMs: nowMs - 7 * dayMs, toMs: nowMs + itemLimits.clockToleranceMs },
    limits: { resultRows: eventServiceLimits.countedGroups },
  });
  const items = rows.map(({ eventKey, lastDay, lastWeek, lastSeenMs }) => ({
    eventKey,
    lastDay,
    lastWeek,
    lastSeen: timestampFromMs(lastSeenMs),
  }));
  return { items };
}

interface QuarantinedRow {
  readonly eventKey: string;
  readonly items: number;
  readonly unfit: number;
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

const quarantinedColumns = `
  event AS eventKey, count() AS items, countIf(state = 1) AS unfit,
  toUnixTimestamp64Milli(min(accepted_at)) AS firstSeenMs, toUnixTimestamp64Milli(max(accepted_at)) AS lastSeenMs`;

export async function listQuarantine(ctx: EventContext) {
  const { environmentId } = environmentScope();
  const sql = `SELECT ${quarantinedColumns} FROM ${keptRows} GROUP BY event ORDER BY items DESC, event LIMIT ${listedKeys}`;
  const rows = await ctx.store.query<QuarantinedRow>({ environmentId, sql });
  return { items: rows.map(quarantinedMessage) };
}

export async function getQuarantined(ctx: EventContext, { eventKey }: GetQuarantinedRequest) {
  const { environmentId } = environmentScope();
  const params = { event: eventKey };
  const ofEvent = `FROM ${keptRows} WHERE event = {event:String}`;
  const [[row], newest] = await Promise.all([
    ctx.store.query<QuarantinedRow>({ environmentId, params, sql: `SELECT ${quarantinedColumns} ${ofEvent} GROUP BY event` }),
    ctx.store.query<KeptEventRow>({
      environmentId,
      params,
      sql: `SELECT ${keptEventColumns} ${ofEvent} ORDER BY accepted_at DESC, at DESC, item_id LIMIT ${samples}`,
    }),
  ]);
  if (row === undefined) throw problem('NOT_FOUND', `Nothing of an event ${JSON.stringify(eventKey)} is kept aside.`);
  return { ...quarantinedMessage(row), samples: newest.map(sampleMessage) };
}

function quarantinedMessage({ eventKey, items, unfit, firstSeenMs, lastSeenMs }: QuarantinedRow) {
  return {
    eventKey,
    items,
    unfit,
    firstSeen: timestampFromMs(firstSeenMs),
    lastSeen: timestampFromMs(lastSeenMs),
  };
}

function sampleMessage(kept: KeptEventRow) {
  return {
    id: kept.id,
    at: timestampFromMs(kept.atMs),
    acceptedAt: timestampFromMs(kept.acceptedAtMs),
    context: kept.units,
    value: valueMessage(sentValue(kept)),
    ...(kept.properties !== '' && { properties: JSON.parse(kept.properties) as JsonObject }),
    problem: kept.problem,
  };
}

function valueMessage(value: number | boolean | undefined) {
  if (typeof value === 'boolean') return { kind: { case: 'boolValue', value } } as const;
  if (value === undefined) return { kind: { case: 'nullValue', value: 0 } } as const;
  return { kind: { case: 'numberValue', value } } as const;
}
