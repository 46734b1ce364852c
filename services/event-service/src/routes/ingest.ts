import { encodeItems, hashItemKeys, itemTimes, readBody, type CheckedBatch, type Batch } from '@stitchd/events';
import type { IngestRequest } from '@stitchd/proto/event/v1/event';
import { currentPrincipal, problem, environmentScope, type EnvironmentScope } from '@stitchd/service-kit';
import type { EventContext } from '../context.ts';

/** Takes a batch as an SDK sent it: each item by itself, and acknowledged only when it is safe. */
export async function ingest(ctx: EventContext, { body, contentEncoding, exposuresOnly }: IngestRequest) {
  const scope = environmentScope();
  const arrivalMs = ctx.nowMs();
  const batch = await readBody(body, contentEncoding);
  if (batch.kind === 'refused') throw problem(batch.code, batch.detail, { errors: batch.errors });
  await hashKeys(ctx, scope, batch);
  const checked = await checkItems(ctx, scope, batch, { arrivalMs, exposuresOnly });
  const repeatedItems = await store(ctx, scope, checked);
  ctx.metrics.accepted(checked.ids.length, checked.rejected);
  return { accepted: checked.ids.length, repeatedItems, rejected: checked.rejected.map((item) => ({ ...item })) };
}

async function checkItems(
  ctx: EventContext,
  scope: EnvironmentScope,
  batch: Batch,
  { arrivalMs, exposuresOnly }: { readonly arrivalMs: number; readonly exposuresOnly: boolean },
): Promise<CheckedBatch> {
  const keys = eventKeysOf(batch.items);
  const valueTypes = keys.size === 0 ? undefined : await ctx.knownEvents.get(scope, keys);
  const times = itemTimes(arrivalMs, batch.sentAtMs, currentPrincipal().backfillDays ?? 0);
  return encodeItems(batch.items, {
    environmentId: scope.environmentId,
    unpackedBytes: batch.unpackedBytes,
    rules: { times, valueTypeOf: (key) => valueTypes?.get(key), ...(exposuresOnly && { only: 'exposure' }) },
    sdk: batch.sdk,
  });
}

/** Before anybody else looks at the items: whatever becomes of them, nobody sees a plain key. */
async function hashKeys(ctx: EventContext, scope: EnvironmentScope, { items }: Batch): Promise<void> {
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
  if (ids.length === 0) return 0;
  switch (await ctx.sink.append(items)) {
    case 'stored':
      return ctx.recentIds.add(scope.environmentId, ids);
    case 'full':
      throw problem(
        'STORE_UNAVAILABLE',
        'There is no room for more events until the event store answers; send them again later.',
      );
    case 'failed':
      throw problem('STORE_UNAVAILABLE', 'The events could not be stored; send them again, each is counted once.');
  }
}
