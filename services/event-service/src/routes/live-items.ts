import { timestampDate, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { CountRejectionsRequest, TailItemsRequest } from '@stitchd/proto/event/v1/usage';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { eventServiceLimits } from '../limits.ts';
import { rejectionsSql, storeTimeSql, tailSql } from '../live/tail-sql.ts';

const limits = eventServiceLimits.tail;

interface TailRow {
  readonly happenedMs: number;
  readonly acceptedMs: number;
  readonly storedMs: number;
  readonly found: number;
}

/**
 * What came in since a moment. It is read from the event store, so that every replica tells what any of them has taken; each
 * question looks a little further back than the last one, for rows are seen later than they are stored.
 */
export async function tailItems(ctx: EventContext, request: TailItemsRequest) {
  const { environmentId } = environmentScope();
  const { type, key, unit, outcome, code, afterMs } = request;
  const query = { executionSeconds: limits.querySeconds };
  const [now] = await ctx.store.query<{ nowMs: number }>({ environmentId, sql: storeTimeSql, limits: query });
  const nowMs = now?.nowMs ?? ctx.nowMs();
  // Whoever was away for longer begins anew.
  const from = afterMs === 0 || nowMs - afterMs > limits.firstMs ? nowMs - limits.firstMs : afterMs;
  const sql = tailSql({ type, key, unit, outcome, code });
  if (sql === undefined) return { items: [], afterMs: nowMs - limits.overlapMs, leftOut: 0 };
  const params = { type, key, unit, code, sinceMs: Math.floor(from), most: limits.items };
  const rows = await ctx.store.query<TailRow>({ environmentId, sql, params, limits: query });
  return {
    items: rows.toReversed().map(({ happenedMs, acceptedMs, storedMs: _stored, found: _found, ...item }) => ({
      ...item,
      happenedAt: timestampFromMs(happenedMs),
      acceptedAt: timestampFromMs(acceptedMs),
    })),
    afterMs: nowMs - limits.overlapMs,
    leftOut: Math.max(0, (rows[0]?.found ?? 0) - rows.length),
  };
}

/** How many items were refused, why, and which: for those who come later. */
export async function countRejections(ctx: EventContext, { from, to }: CountRejectionsRequest) {
  const { environmentId } = environmentScope();
  if (from === undefined || to === undefined) throw problem('VALIDATION_FAILED', 'from and to are required.');
  const params = {
    fromMs: timestampDate(from).getTime(),
    toMs: timestampDate(to).getTime(),
    most: eventServiceLimits.rejectionGroups,
  };
  if (!(params.fromMs < params.toMs)) throw problem('VALIDATION_FAILED', 'from must lie before to.');
  const rows = await ctx.store.query<{ code: string; type: string; key: string; items: number; message: string; lastMs: number }>(
    { environmentId, sql: rejectionsSql, params },
  );
  return { items: rows.map(({ lastMs, ...row }) => ({ ...row, lastAt: timestampFromMs(lastMs) })) };
}
