import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { armName, isOfPlan, sourceParameters } from './exposure-source.ts';
import { insertRaw } from './raw-items.test-support.ts';

let events: TestEventStore;
beforeAll(async () => {
  events = await createTestEventStore();
});
afterAll(() => events.drop());

const places = [
  ['h1', 'h2'],
  ['h2', 'h1'],
] as const;
const atMs = Date.UTC(2026, 0, 5);

/** What the evaluator tells of units of which a fifth is in each of two holdouts, at places that ask them in different orders. */
function exposuresOf(environmentId: string, units: number) {
  return Array.from({ length: units }, (_, unit) => {
    const holds: Readonly<Record<string, boolean>> = { h1: unit % 5 === 0, h2: Math.floor(unit / 5) % 5 === 0 };
    const coveredBy = places[Math.floor(unit / 25) % 2] ?? [];
    const decides = coveredBy.find((holdout) => holds[holdout]);
    const time = { at: atMs, skew_ms: 0, accepted_at: atMs, stored_at: atMs };
    const iterationId = decides === undefined ? environmentId : '00000000-0000-0000-0000-000000000000';
    return {
      ...time,
      item_id: randomUUID(),
      environment_id: environmentId,
      units: { user: `u-${unit}` },
      flag: 'f',
      variant: 'a',
      iteration_id: iterationId,
      holdout: decides ?? '',
      covered_by: coveredBy,
    };
  });
}

async function armsOf(environmentId: string, source: Parameters<typeof armName>[0]['source']) {
  const rows = await events.store.query<{ arm: string; exposures: number }>({
    environmentId,
    sql: `SELECT ${armName({ source })} AS arm, toUInt32(count()) AS exposures FROM exposure
      WHERE environment_id = {environmentId:UUID} AND ${isOfPlan({ source })} GROUP BY arm`,
    params: { ...sourceParameters({ source }), iterationId: environmentId },
  });
  return Object.fromEntries(rows.map(({ arm, exposures }) => [arm, exposures]));
}

test('Each of two holdouts has its own share of the units for which it was asked, in whatever order they are asked', async () => {
  const environmentId = randomUUID();
  const exposures = exposuresOf(environmentId, 1_000);
  const uncovered = { ...exposuresOf(environmentId, 1)[0], covered_by: [], holdout: '' };
  await insertRaw(events.store, 'exposure', [...exposures, uncovered as (typeof exposures)[number]], 'a');
  // Of the 1,000, 100 are held by the other one where that is asked first: nobody knows on which side of this one they are.
  for (const key of ['h1', 'h2'])
    expect(await armsOf(environmentId, { kind: 'holdout', key }), key).toEqual({ held: 180, free: 720, '': 100 });
  expect(await armsOf(environmentId, { kind: 'holdout', key: 'h3' })).toEqual({});
  expect(await armsOf(environmentId, { kind: 'iteration' })).toEqual({ a: 640 });
});
