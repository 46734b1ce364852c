import { timestampDate } from '@bufbuild/protobuf/wkt';
import { distinctEvents, distinctExposures, madeInPeriod } from '@stitchd/db/clickhouse';
import type { CountItemsRequest } from '@stitchd/proto/event/v1/event';
import { problem, environmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { eventServiceLimits } from '../limits.ts';

export const eventsSql = `
  SELECT event AS eventKey, count() AS items
  FROM ${distinctEvents({ columns: ['event'], where: madeInPeriod })}
  GROUP BY event ORDER BY event`;

const exposuresSql = `
  SELECT flag AS flagKey, if(iteration_id = toUUID('00000000-0000-0000-0000-000000000000'), '', toString(iteration_id)) AS iterationId,
    variant, count() AS items
  FROM ${distinctExposures({ columns: ['flag', 'iteration_id', 'variant'], where: madeInPeriod })}
  GROUP BY flag, iteration_id, variant ORDER BY flag, iteration_id, variant`;

/** How much of an environment has arrived, each item once, by when its id was made. */
export async function countItems(ctx: EventContext, request: CountItemsRequest) {
  const { environmentId } = environmentScope();
  if (request.from === undefined || request.to === undefined) throw problem('VALIDATION_FAILED', 'from and to are required.');
  const params = { fromMs: timestampDate(request.from).getTime(), toMs: timestampDate(request.to).getTime() };
  if (!(params.fromMs < params.toMs)) throw problem('VALIDATION_FAILED', 'from must lie before to.');
  const { countedDays, countedGroups, countSeconds } = eventServiceLimits;
  if (params.toMs - params.fromMs > countedDays * 86_400_000)
    throw problem('VALIDATION_FAILED', `A period that is counted is at most ${countedDays} days long.`);
  // What waits is read first: an item that is shipped meanwhile is then counted, not missed in both.
  const waiting = ctx.waitingOf(environmentId);
  const limits = { resultRows: countedGroups, executionSeconds: countSeconds };
  const [events, exposures] = await Promise.all([
    ctx.store.query<{ eventKey: string; items: number }>({ environmentId, sql: eventsSql, params, limits }),
    ctx.store.query<{ flagKey: string; iterationId: string; variant: string; items: number }>({
      environmentId,
      sql: exposuresSql,
      params,
      limits,
    }),
  ]);
  return { events: [...events], exposures: [...exposures], waiting };
}
