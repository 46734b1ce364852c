import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { insertFrames } from '../ship/insert-frames.ts';
import { arrivalMs, encode, exposed, purchase } from './items.test-support.ts';

let stored: TestEventStore;
beforeAll(async () => {
  stored = await createTestEventStore();
});
afterAll(() => stored.drop());

async function roundTrip(table: 'event' | 'exposure', inputs: readonly unknown[], options = {}) {
  const environmentId = randomUUID();
  const { items, rejected } = encode(inputs, { environmentId, ...options });
  expect(rejected).toEqual([]);
  await insertFrames(stored.store, [items], randomUUID());
  const sql = `SELECT * EXCEPT (stored_at, copy_rank, uid, other_uids), unit, toString(uid) AS uid, mapApply((kind, other) -> (kind, toString(other)), other_uids) AS other_uids FROM ${table} WHERE environment_id = {environmentId:UUID} ORDER BY item_id`;
  return stored.store.query<Record<string, unknown>>({ environmentId, sql });
}

test('An event lies in ClickHouse as it was sent, whatever its texts hold', async () => {
  const texts = ['plain', 'ä€😀', "'; DROP TABLE event; --", 'a\n\nb\n\nINSERT', '\0\u0001\\', 'x'.repeat(200), ' '];
  const inputs = texts.map((text) =>
    purchase({ context: { user: text, device: `d-${text}` }, value: 1.25, properties: { text } }),
  );
  const rows = await roundTrip('event', inputs, { sdk: { name: 'stitchd-node', version: '1.2.3' } });
  for (const input of inputs) {
    expect(rows.find((row) => row['item_id'] === input.id)).toEqual({
      environment_id: expect.any(String),
      item_id: input.id,
      at: new Date(input.at).toISOString(),
      skew_ms: 0,
      accepted_at: new Date(arrivalMs).toISOString(),
      units: input.context,
      unit_kind: 'user',
      unit: input.context.user,
      uid: expect.stringMatching(/^[1-9]\d+$/),
      other_uids: { device: expect.stringMatching(/^[1-9]\d+$/) },
      sdk: 'stitchd-node',
      sdk_version: '1.2.3',
      event: 'purchase',
      value: 1.25,
      properties: JSON.stringify((input as unknown as { properties: unknown }).properties),
    });
  }
});

test('An exposure lies in ClickHouse as it was sent, and what it left out is empty', async () => {
  const iterationId = randomUUID();
  const full = exposed({
    rule: 'r1',
    split: 's1',
    iterationId,
    holdout: 'h1',
    coveredBy: ['h0', 'h1'],
    delivered: true,
    attributes: { country: 'de' },
    context: { device: 'd-1', account: 'a-1' },
  });
  const bare = exposed();
  const rows = await roundTrip('exposure', [full, bare]);
  expect(rows.find((row) => row['item_id'] === full.id)).toMatchObject({
    flag: 'checkout',
    variant: 'on',
    rule: 'r1',
    split: 's1',
    iteration_id: iterationId,
    holdout: 'h1',
    covered_by: ['h0', 'h1'],
    delivered: true,
    units: { device: 'd-1', account: 'a-1' },
    attributes: { country: 'de' },
    unit_kind: 'account',
    // Without a user, the first kind by name.
    unit: 'a-1',
  });
  expect(rows.find((row) => row['item_id'] === bare.id)).toMatchObject({
    rule: '',
    split: '',
    iteration_id: '00000000-0000-0000-0000-000000000000',
    holdout: '',
    covered_by: [],
    delivered: false,
  });
});

test('The difference of clocks is stored beside the time, which stays as it was sent', async () => {
  const hour = 3_600_000;
  const input = purchase({}, arrivalMs + hour);
  const [row] = await roundTrip('event', [input], { sentAtMs: arrivalMs + hour });
  expect(row).toMatchObject({ at: new Date(arrivalMs + hour).toISOString(), skew_ms: -hour });
});

/** JSON's -0 is a 0 to everybody who counts. */
const withoutMinusZero = (value: number) => value + 0;

test('Any units and any numbers come back as they were', async () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 80 }).filter((value) => value.isWellFormed());
  const samples = fc.sample(
    fc.record({ kind: text, unit: text, value: fc.double({ noNaN: true, noDefaultInfinity: true }).map(withoutMinusZero) }),
    300,
  );
  const inputs = samples.map(({ kind, unit, value }) => purchase({ context: { [kind]: unit }, value }));
  const rows = await roundTrip('event', inputs);
  const byId = new Map(rows.map((row) => [row['item_id'], row]));
  inputs.forEach((input, index) => {
    const sample = samples[index];
    expect(byId.get(input.id)).toMatchObject({
      units: { [sample?.kind ?? '']: sample?.unit },
      value: sample?.value,
    });
  });
});
