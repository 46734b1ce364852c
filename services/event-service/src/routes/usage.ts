import { timestampDate, timestampFromMs } from '@bufbuild/protobuf/wkt';
import type { GetFlagUsageRequest, ListContextAttributesRequest, ListFlagActivityRequest } from '@stitchd/proto/event/v1/usage';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { eventServiceLimits } from '../limits.ts';
import {
  attributesSql,
  daysSql,
  pointsSql,
  seenSql,
  sendersSql,
  uncountedSql,
  usageGrains,
  type UsageGrain,
} from '../usage/usage-sql.ts';

const limits = eventServiceLimits;
const hourMs = 3_600_000;

interface Uses {
  readonly evaluations: number;
  readonly deliveries: number;
}

/** How often each answer of a flag was given, over time, and who asked. */
export async function getFlagUsage(ctx: EventContext, request: GetFlagUsageRequest) {
  const { environmentId } = environmentScope();
  const { flagKey: flag } = request;
  const grain = grainOf(request.grain);
  const params = { flag, ...periodOf(request, grain), most: limits.usageSenders };
  const query = <Row>(sql: string) => ctx.store.query<Row>({ environmentId, sql, params, limits: usageQuery });
  const [points, senders, uncounted, seen] = await Promise.all([
    query<Uses & { readonly atMs: number; readonly variant: string; readonly reason: string }>(pointsSql(grain)),
    query<Uses & { readonly sdk: string; readonly sdkVersion: string; readonly lastMs: number }>(sendersSql),
    query<Pick<Uses, 'evaluations'>>(uncountedSql),
    seenOf(ctx, environmentId, [flag]),
  ]);
  return {
    points: points.map(({ atMs, ...uses }) => ({ at: timestampFromMs(atMs), ...uses })),
    senders: senders.map(({ lastMs, ...sender }) => ({ lastAt: timestampFromMs(lastMs), ...sender })),
    ...seen.get(flag),
    uncounted: uncounted[0]?.evaluations ?? 0,
  };
}

/** For lists of flags: when each was evaluated last, and how often lately. */
export async function listFlagActivity(ctx: EventContext, { flagKeys }: ListFlagActivityRequest) {
  const { environmentId } = environmentScope();
  if (flagKeys.length > limits.activityFlags)
    throw problem('VALIDATION_FAILED', `flagKeys must name at most ${limits.activityFlags} flags.`);
  const params = { flags: flagKeys, nowMs: ctx.nowMs(), days: limits.activityDays };
  const [seen, uses] = await Promise.all([
    seenOf(ctx, environmentId, flagKeys),
    ctx.store.query<{ flag: string; daysAgo: number; uses: number }>({ environmentId, sql: daysSql, params, limits: usageQuery }),
  ]);
  const days = new Map(flagKeys.map((flag) => [flag, Array.from({ length: limits.activityDays }, () => 0)]));
  for (const { flag, daysAgo, uses: count } of uses) {
    const ofFlag = days.get(flag);
    if (ofFlag !== undefined) ofFlag[limits.activityDays - 1 - daysAgo] = count;
  }
  return { items: flagKeys.map((flagKey) => ({ flagKey, ...seen.get(flagKey), days: days.get(flagKey) ?? [] })) };
}

/** What contexts had; the attributes that were seen last. */
export async function listContextAttributes(ctx: EventContext, { kind }: ListContextAttributesRequest) {
  const scope = environmentScope();
  const { environmentId } = scope;
  const { observeValues } = await ctx.environmentSettings.get(scope);
  const most = limits.listedAttributes;
  const params = { kind, most: most + 1 };
  const rows = await ctx.store.query<{
    kind: string;
    attribute: string;
    types: string[];
    frequent: string[];
    firstMs: number;
    lastMs: number;
  }>({ environmentId, sql: attributesSql, params, limits: usageQuery });
  const items = rows.slice(0, most).map(({ frequent, firstMs, lastMs, types, ...attribute }) => ({
    ...attribute,
    types: types.toSorted(),
    // Values from before they were switched off are shown no longer.
    values: observeValues ? frequent.slice(0, limits.listedValues) : [],
    firstSeenAt: timestampFromMs(firstMs),
    lastSeenAt: timestampFromMs(lastMs),
  }));
  return { items, truncated: rows.length > most };
}

const usageQuery = { executionSeconds: limits.usageQuerySeconds };

async function seenOf(ctx: EventContext, environmentId: string, flags: readonly string[]) {
  const rows = await ctx.store.query<{ flag: string; lastMs: number; deliveredMs: number }>({
    environmentId,
    sql: seenSql,
    params: { flags },
    limits: usageQuery,
  });
  return new Map(
    rows.map(({ flag, lastMs, deliveredMs }) => [
      flag,
      {
        ...(lastMs > 0 && { lastEvaluatedAt: timestampFromMs(lastMs) }),
        ...(deliveredMs > 0 && { lastDeliveredAt: timestampFromMs(deliveredMs) }),
      },
    ]),
  );
}

function grainOf(text: string): UsageGrain {
  const grain = usageGrains.find((one) => one === text);
  if (grain === undefined) throw problem('VALIDATION_FAILED', `grain must be one of ${usageGrains.join(', ')}.`);
  return grain;
}

function periodOf({ from, to }: GetFlagUsageRequest, grain: UsageGrain): { readonly fromMs: number; readonly toMs: number } {
  if (from === undefined || to === undefined) throw problem('VALIDATION_FAILED', 'from and to are required.');
  const [fromMs, toMs] = [timestampDate(from).getTime(), timestampDate(to).getTime()];
  if (!(fromMs < toMs)) throw problem('VALIDATION_FAILED', 'from must lie before to.');
  const days = limits.usageDays[grain];
  if (toMs - fromMs > days * 24 * hourMs)
    throw problem('VALIDATION_FAILED', `A period by the ${grain} is at most ${days} days long.`);
  return { fromMs, toMs };
}
