import { encodeItems, hashItemKeys, itemTimes, readBody, type CheckedBatch, type Batch } from '@stitchd/events';
import type { IngestRequest } from '@stitchd/proto/event/v1/event';
import { currentPrincipal, problem, environmentScope, type EnvironmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';
import { eventServiceLimits } from '../limits.ts';

/** Takes a batch as an SDK sent it: each item by itself, and acknowledged only when it is safe. */
export async function ingest(ctx: EventContext, { body, contentEncoding, exposuresOnly }: IngestRequest) {
  const scope = environmentScope();
  const arrivalMs = ctx.nowMs();
  const batch = await readBody(body, contentEncoding);
  if (batch.kind === 'refused') throw problem(batch.code, batch.detail, { errors: batch.errors });
  await requireWithinLimit(ctx, scope, batch.items.length);
  const backfillDays = currentPrincipal().backfillDays ?? 0;
  return takeBatch(ctx, scope, batch, { arrivalMs, backfillDays, exposuresOnly });
}

/** What the items of a batch may be. */
export interface BatchArrival {
  readonly arrivalMs: number;
  /** How far back they may lie. */
  readonly backfillDays: number;
  readonly exposuresOnly: boolean;
}

/** The one way of items, whoever brings them. @throws STORE_UNAVAILABLE where they are not safe */
export async function takeBatch(ctx: EventContext, scope: EnvironmentScope, batch: Omit<Batch, 'kind'>, arrival: BatchArrival) {
  await hashKeys(ctx, scope, batch);
  const checked = await checkItems(ctx, scope, batch, arrival);
  const repeatedItems = await store(ctx, scope, checked);
  ctx.quarantineRoom.take(scope.environmentId, checked.quarantined.length);
  ctx.metrics.accepted(checked.ids.length, checked.rejected);
  ctx.itemCounts.add(scope.environmentId, { accepted: checked.ids.length, rejected: checked.rejected.length });
  return {
    accepted: checked.ids.length,
    repeatedItems,
    rejected: checked.rejected.map((item) => ({ ...item })),
    quarantined: checked.quarantined.map((item) => ({ ...item })),
  };
}

/** @throws RATE_LIMITED before anything of the batch is taken */
async function requireWithinLimit(ctx: EventContext, scope: EnvironmentScope, items: number): Promise<void> {
  const { itemsPerSecond } = await ctx.environmentSettings.get(scope);
  const retryAfterSeconds = ctx.itemLimiter.take(scope.environmentId, items, itemsPerSecond);
  if (retryAfterSeconds === undefined) return;
  ctx.metrics.limited(items);
  ctx.itemCounts.add(scope.environmentId, { limited: items });
  throw problem(
    'RATE_LIMITED',
    `This environment takes ${itemsPerSecond} items per second; send the same batch again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

async function checkItems(
  ctx: EventContext,
  scope: EnvironmentScope,
  batch: Omit<Batch, 'kind'>,
  { arrivalMs, backfillDays, exposuresOnly }: BatchArrival,
): Promise<CheckedBatch> {
  const keys = eventKeysOf(batch.items);
  const eventRules = keys.size === 0 ? undefined : await ctx.knownEvents.get(scope, keys);
  const { strict } = await ctx.environmentSettings.get(scope);
  const isAllDefined = [...keys].every((key) => eventRules?.has(key));
  const quarantinePlaces = strict || isAllDefined ? 0 : ctx.quarantineRoom.places(scope.environmentId);
  const times = itemTimes(arrivalMs, batch.sentAtMs, backfillDays);
  return encodeItems(batch.items, {
    environmentId: scope.environmentId,
    unpackedBytes: batch.unpackedBytes,
    rules: { times, eventRuleOf: (key) => eventRules?.get(key), quarantinePlaces, ...(exposuresOnly && { only: 'exposure' }) },
    sdk: batch.sdk,
  });
}

/** Before anybody else looks at the items: whatever becomes of them, nobody sees a plain key. */
async function hashKeys(ctx: EventContext, scope: EnvironmentScope, { items }: Pick<Batch, 'items'>): Promise<void> {
  const settings = await ctx.environmentSettings.get(scope);
  const hasher = ctx.unitNames.hasherOf(scope.environmentId, settings);
  if (hasher !== undefined) hashItemKeys(items, hasher);
}

/** The event keys that a batch names, whatever else is wrong with its items. */
function eventKeysOf(items: readonly unknown[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const item of items) {
    if (typeof item !== 'object' || item === null) continue;
    const { type, key } = item as { readonly type?: unknown; readonly key?: unknown };
    if (type === 'event' && typeof key === 'string') keys.add(key);
  }
  return keys;
}

/** @returns how many items had been seen before */
async function store(ctx: EventContext, scope: EnvironmentScope, { items, ids }: CheckedBatch): Promise<number> {
  if (items.sections.length === 0) return 0;
  const outcome = await ctx.sink.append(items);
  // Of what was refused only the reason is lost, and it was answered.
  if (ids.length === 0) return 0;
  switch (outcome) {
    case 'stored':
      return ctx.recentIds.add(scope.environmentId, ids);
    case 'full':
      throw noRoom('There is no room for more events until the event store answers; send them again later.');
    case 'disk-full':
      throw noRoom('The disk that events wait on is full; send them again later.');
    case 'failed':
      throw noRoom('The events could not be stored; send them again, each is counted once.');
  }
}

function noRoom(detail: string) {
  return problem('STORE_UNAVAILABLE', detail, { retryAfterSeconds: eventServiceLimits.retryAfterSeconds });
}
