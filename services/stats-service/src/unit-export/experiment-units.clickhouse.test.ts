import { randomUUID } from 'node:crypto';
import { parseMetricDefinition, type MetricDefinition } from '@stitchd/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import type { Asking } from '../computation/asking.ts';
import { deriveFigures } from '../computation/derive-figures.ts';
import type { ComputationPlan, MetricPlan } from '../computation/metric-plan.ts';
import { insertRaw, type RawEvent, type RawExposure } from '../computation/raw-items.test-support.ts';

import { experimentUnits } from './experiment-units.ts';

let eventStore: TestEventStore;
beforeAll(async () => {
  eventStore = await createTestEventStore();
});
afterAll(() => eventStore.drop());

const hour = 3_600_000;
const from = Date.UTC(2026, 2, 1);
const iso = (ms: number): string => new Date(ms).toISOString();

function planned(key: string, definition: object): MetricPlan {
  const parsed = parseMetricDefinition({ direction: 'increase', windowHours: 0, ...definition });
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.errors));
  return { kind: 'planned', key, name: key, version: 1, role: 'secondary', definition: parsed.value as MetricDefinition };
}

const count = { type: 'count', event: 'purchase' };
const newPlan = (unitKind: string, ids: Pick<ComputationPlan, 'environmentId' | 'iterationId'>): ComputationPlan => ({
  ...ids,
  source: { kind: 'iteration' },
  experimentId: randomUUID(),
  experimentKey: 'e',
  iteration: 1,
  startedAt: iso(from),
  assignment: 'split',
  alpha: 0.05,
  unitKind,
  baselineVariant: 'z',
  // Not in the order of their names: a tie of time falls to the one that comes first here.
  arms: ['z', 'a'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
  metrics: [
    planned('bought', { type: 'conversion', event: 'purchase' }),
    planned('revenue', { type: 'sum', event: 'purchase' }),
    planned('per-visit', { type: 'ratio', numerator: count, denominator: { type: 'count', event: 'visit' } }),
  ],
  exclusions: [{ name: 'bots', filter: { property: 'attributes.agent', operator: '=', value: 'bot' } }],
  periods: [{ number: 1, from: iso(from), isPause: false }],
  prePeriodDays: 0,
  dimensions: [],
});

/** People with a device each: ties of time between both arms, copies, both arms one after the other, bots, and purchases. */
function items(ids: { readonly environmentId: string; readonly iterationId: string }) {
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  for (let person = 0; person < 90; person++) {
    const item = (afterMs: number) => ({
      item_id: randomUUID(),
      environment_id: ids.environmentId,
      at: from + person * 1_000 + afterMs,
      skew_ms: 0,
      accepted_at: from + hour,
      stored_at: from + hour,
      units: { user: `u-${person}`, device: `d-${person >> 1}` },
    });
    const exposed = (variant: string, afterMs = 0): RawExposure => ({
      ...item(afterMs),
      flag: 'f',
      variant,
      iteration_id: ids.iterationId,
      attributes: { agent: person % 9 === 0 ? 'bot' : 'browser' },
    });
    const first = exposed(person % 2 === 0 ? 'a' : 'z');
    exposures.push(first);
    if (person % 3 === 0) exposures.push(exposed(person % 2 === 0 ? 'z' : 'a', person % 2 === 0 ? 0 : 5));
    if (person % 5 === 0) exposures.push({ ...first, stored_at: from + 2 * hour });
    for (let index = 0; index < person % 4; index++)
      events.push({ ...item(10 + index), event: index % 2 === 0 ? 'purchase' : 'visit', value: person + index / 4 });
  }
  return { exposures, events };
}

async function exported(asking: Asking) {
  const source = experimentUnits(asking, false);
  const rows: Readonly<Record<string, string | number | null>>[] = [];
  for await (const part of source.parts(asking.signal))
    for (const row of part) rows.push(Object.fromEntries(source.columns.map(({ name }, index) => [name, row[index] ?? null])));
  return rows;
}

test('The units of an experiment are those that its results count, each arm with as many units and the same sums', async () => {
  const ids = { environmentId: randomUUID(), iterationId: randomUUID() };
  const { exposures, events } = items(ids);
  await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
  await insertRaw(eventStore.store, 'event', events, randomUUID());
  for (const unitKind of ['user', 'device']) {
    const plan = newPlan(unitKind, ids);
    const until = iso(from + 24 * hour);
    const bounds = { from: iso(from), to: until, dataUntil: until };
    const asking: Asking = { store: eventStore.store, plan, bounds, signal: new AbortController().signal };
    const { figures } = await deriveFigures(asking, { from: iso(from), to: undefined }, undefined);
    const rows = await exported(asking);
    expect(new Set(rows.map(({ unit }) => unit)).size).toBe(rows.length);
    expect(rows.every(({ unit }) => String(unit).startsWith(unitKind === 'user' ? 'u-' : 'd-'))).toBe(true);
    for (const [place, { variant }] of plan.arms.entries()) {
      const ofArm = rows.filter((row) => row['variant'] === variant);
      const sum = (column: string): number => ofArm.reduce((total, row) => total + Number(row[column]), 0);
      const mixed = ofArm.filter(({ variantsSeen }) => Number(variantsSeen) > 1);
      const counted = figures.units.find(({ arm }) => arm === place);
      expect([counted?.units, counted?.mixedUnits]).toEqual([ofArm.length, mixed.length]);
      const [bought, revenue, perVisit] = figures.metrics.map((metric) =>
        metric.kind === 'means' ? metric.arms[place] : undefined,
      );
      expect(bought?.conversions).toBe(sum('bought'));
      expect(revenue?.sum).toBeCloseTo(sum('revenue'), 9);
      expect(perVisit?.sum).toBeCloseTo(sum('per-visit.numerator'), 9);
      expect(perVisit?.conversions).toBe(ofArm.filter((row) => Number(row['per-visit.denominator']) > 0).length);
      expect(ofArm.length).toBeGreaterThan(10);
      expect(sum('revenue')).toBeGreaterThan(0);
    }
    const tied = rows.find(({ unit }) => unit === 'u-6' || unit === 'd-3');
    expect(tied).toMatchObject({ variant: 'z', variantsSeen: 2, firstExposureAt: from + 6_000 });
  }
});
