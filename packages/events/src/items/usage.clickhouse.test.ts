import { randomUUID } from 'node:crypto';
import { createUsageCounts, observationLimits, usageLimits, uuidv7, type UsageItem } from '@stitchd/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { insertFrames } from '../ship/insert-frames.ts';
import { rowsOf } from './encoded-items.ts';
import { itemLimits } from './item-limits.ts';
import { encode as encodeAt, newItemId } from './items.test-support.ts';

let stored: TestEventStore;
beforeAll(async () => {
  stored = await createTestEventStore();
});
afterAll(() => stored.drop());

// Old rows would be gone at once: the tables have a time to live.
const arrivalMs = Date.now();
const encode = (items: readonly unknown[], options: object = {}) => encodeAt(items, { arrivalMs, ...options });

const sdk = { name: 'stitchd-node', version: '0.1.0' };

async function insert(environmentId: string, items: readonly unknown[], token: string = randomUUID()) {
  const batch = encode(items, { environmentId, sdk });
  expect(batch.rejected).toEqual([]);
  expect(rowsOf(batch.items)).toBe(0);
  await insertFrames(stored.store, [batch.items], token);
}

function countsOf(environmentId: string) {
  const perItem = `SELECT item_id, flag, variant, sdk, max(evaluations) AS evaluations, max(deliveries) AS deliveries
    FROM flag_usage WHERE environment_id = {environmentId:UUID} GROUP BY item_id, flag, variant, sdk`;
  const sql = `SELECT flag, variant, sdk, sum(evaluations) AS evaluations, sum(deliveries) AS deliveries
    FROM (${perItem}) GROUP BY flag, variant, sdk ORDER BY flag, variant`;
  return stored.store.query<Record<string, unknown>>({ environmentId, sql });
}

function newCounts() {
  const sent: UsageItem[] = [];
  const counts = createUsageCounts((atMs) => newItemId(atMs), arrivalMs - 60_000);
  const keep = (item: UsageItem) => sent.push(structuredClone(item)) > 0;
  return { counts, sent, report: (atMs: number) => counts.report(atMs, keep) };
}

test('Summaries that come twice, late or out of order count every evaluation once', async () => {
  const environmentId = randomUUID();
  const { counts, sent, report } = newCounts();
  counts.add('checkout', 'on', 'SPLIT', 'count', 3);
  report(arrivalMs - 50_000);
  counts.add('checkout', 'on', 'SPLIT', 'count', 4);
  counts.add('checkout', undefined, 'DISABLED', 'delivered', 5);
  counts.addUncounted(2);
  report(arrivalMs);
  const [first, second] = sent;
  await insert(environmentId, [second]);
  await insert(environmentId, [first]);
  await insert(environmentId, [second, second]);
  await stored.store.command('OPTIMIZE TABLE flag_usage FINAL');
  expect(await countsOf(environmentId)).toEqual([
    { flag: '', variant: '', sdk: sdk.name, evaluations: 2, deliveries: 0 },
    { flag: 'checkout', variant: '', sdk: sdk.name, evaluations: 0, deliveries: 5 },
    { flag: 'checkout', variant: 'on', sdk: sdk.name, evaluations: 7, deliveries: 0 },
  ]);
  const [seen] = await stored.store.query<Record<string, unknown>>({
    environmentId,
    sql: 'SELECT flag, max(last_at) AS at, max(last_delivered_at) AS delivered FROM flag_seen WHERE environment_id = {environmentId:UUID} GROUP BY flag',
  });
  expect(seen).toEqual({ flag: 'checkout', at: new Date(arrivalMs).toISOString(), delivered: new Date(arrivalMs).toISOString() });
});

test('The largest summary that an SDK makes is taken, and one more of anything is not', () => {
  const key = (index: number) => `${index}`.padStart(100, 'k');
  const flags = Array.from({ length: usageLimits.groupsPerItem }, (_, index) => ({
    flag: key(index),
    variant: 'v'.repeat(100),
    reason: 'TARGETING_MATCH',
    count: Number.MAX_SAFE_INTEGER,
    delivered: Number.MAX_SAFE_INTEGER,
  }));
  const values = Array.from({ length: observationLimits.valuesPerAttribute }, (_, index) => ({
    value: `${index}`.padStart(observationLimits.valueLength, '€'),
    count: 1,
  }));
  const attribute = {
    kind: '€'.repeat(100),
    attribute: '€'.repeat(100),
    types: ['string', 'number', 'boolean', 'list', 'object'],
    values,
  };
  const usage = (more: object) => ({
    type: 'usage',
    id: newItemId(arrivalMs),
    at: arrivalMs,
    from: arrivalMs,
    to: arrivalMs,
    flags: [],
    ...more,
  });
  const contexts = Array.from({ length: observationLimits.attributesPerItem }, () => attribute);
  const codesOf = (more: object) =>
    encode([usage(more), {}])
      .rejected.filter(({ index }) => index === 0)
      .map(({ code }) => code);
  expect(codesOf({ flags })).toEqual([]);
  expect(codesOf({ contexts })).toEqual([]);
  expect(codesOf({ flags: [...flags, flags[0]] })).toEqual(['ITEM_INVALID']);
  const short = { kind: 'user', attribute: 'plan', types: ['string'] };
  expect(codesOf({ contexts: Array.from({ length: itemLimits.seenAttributes }, () => short) })).toEqual([]);
  expect(codesOf({ contexts: Array.from({ length: itemLimits.seenAttributes + 1 }, () => short) })).toEqual(['ITEM_INVALID']);
  expect(codesOf({ from: arrivalMs - itemLimits.usagePeriodMs })).toEqual([]);
  const oldest = arrivalMs - itemLimits.usageAgeMs;
  expect(codesOf({ id: newItemId(oldest), at: oldest, from: oldest, to: oldest })).toEqual([]);
  expect(codesOf({ id: newItemId(oldest), at: oldest, from: oldest - 1, to: oldest })).toEqual(['ITEM_TOO_OLD']);
  for (const wrong of [
    { from: arrivalMs - itemLimits.usagePeriodMs - 1 },
    { to: arrivalMs + 1 },
    { flags: [{ flag: 'a', reason: 'NO_REASON', count: 1 }] },
    { flags: [{ flag: 'a', reason: 'SPLIT', count: -1 }] },
    { flags: [{ flag: 'a', reason: 'SPLIT', count: 0.5 }] },
    { flags: [{ flag: 'A b', reason: 'SPLIT', count: 1 }] },
    { flags: [{ flag: 'a', reason: 'SPLIT', context: 'u-1' }] },
    { uncounted: -1 },
    { contexts: [{ ...short, kind: '' }] },
    { contexts: [{ ...short, types: ['date'] }] },
    { contexts: [{ ...short, values: [{ value: 5, count: 1 }] }] },
    { context: { user: 'u-1' } },
  ])
    expect(codesOf(wrong), JSON.stringify(wrong)).toEqual(['ITEM_INVALID']);
});

test('What contexts had is kept once for each attribute, type and value', async () => {
  const environmentId = randomUUID();
  const item = (atMs: number, count: number) => ({
    type: 'usage',
    id: uuidv7(atMs, new Uint8Array(10)),
    at: atMs,
    from: atMs,
    to: atMs,
    flags: [],
    contexts: [{ kind: 'user', attribute: 'plan', types: ['string', 'boolean'], values: [{ value: 'pro', count }] }],
  });
  await insert(environmentId, [item(arrivalMs - 5_000, 4)]);
  await insert(environmentId, [item(arrivalMs, 2)]);
  await stored.store.command('OPTIMIZE TABLE context_attribute FINAL');
  const rows = await stored.store.query<Record<string, unknown>>({
    environmentId,
    sql: 'SELECT kind, attribute, type, value, seen, first_at, last_at FROM context_attribute WHERE environment_id = {environmentId:UUID} ORDER BY type, value',
  });
  const times = { first_at: new Date(arrivalMs - 5_000).toISOString(), last_at: new Date(arrivalMs).toISOString() };
  expect(rows).toEqual([
    { kind: 'user', attribute: 'plan', type: 'boolean', value: '', seen: 0, ...times },
    { kind: 'user', attribute: 'plan', type: 'string', value: '', seen: 0, ...times },
    { kind: 'user', attribute: 'plan', type: 'string', value: 'pro', seen: 4, ...times },
  ]);
});
