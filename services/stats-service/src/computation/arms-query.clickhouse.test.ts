import { randomUUID } from 'node:crypto';
import type { JobBounds } from '@stitchd/db/stats';
import { momentsOf } from '@stitchd/statistics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { areTheSame } from './compare-with-items.ts';
import { deriveFigures } from './derive-figures.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { insertRaw, type RawEvent, type RawExposure } from './raw-items.test-support.ts';
import { armFigures } from './arm-figures.test-support.ts';
import type { Asking } from './asking.ts';
import { readRawMetrics } from './read-figures.ts';
import { referenceArms } from './reference.test-support.ts';
import { referenceCells } from './cells-reference.test-support.ts';

let eventStore: TestEventStore;
beforeAll(async () => {
  eventStore = await createTestEventStore();
});
afterAll(() => eventStore.drop());

const dayMs = 86_400_000;
const from = Date.UTC(2026, 2, 1);
const to = from + 10 * dayMs;
const stored = to + 5 * dayMs;
const bounds: JobBounds = {
  from: new Date(from).toISOString(),
  to: new Date(to).toISOString(),
  dataUntil: new Date(stored).toISOString(),
};

function metric(key: string, type: 'conversion' | 'sum', event: string, windowHours = 0): MetricPlan {
  const definition = { type, event, direction: 'increase', windowHours, delayHours: 0 } as const;
  return { kind: 'planned', key, name: key, version: 1, role: 'secondary', definition };
}

const metrics = [
  metric('bought', 'conversion', 'purchase'),
  metric('bought-in-a-day', 'conversion', 'purchase', 24),
  metric('revenue', 'sum', 'purchase'),
  metric('revenue-in-three-days', 'sum', 'purchase', 72),
  metric('offset', 'sum', 'measure'),
];

function newPlan(more: Partial<ComputationPlan> = {}): ComputationPlan {
  return {
    experimentId: randomUUID(),
    experimentKey: 'e',
    environmentId: randomUUID(),
    source: { kind: 'iteration' },
    iterationId: randomUUID(),
    iteration: 1,
    startedAt: bounds.from,
    assignment: 'split',
    alpha: 0.05,
    unitKind: 'user',
    baselineVariant: 'a',
    arms: [
      { variant: 'b', expectedMilliPercent: 50_000 },
      { variant: 'a', expectedMilliPercent: 30_000 },
      { variant: 'c', expectedMilliPercent: 20_000 },
    ],
    metrics,
    exclusions: [],
    periods: [{ number: 1, from: bounds.from, isPause: false }],
    prePeriodDays: 0,
    dimensions: [],
    ...more,
  };
}

const item = (plan: ComputationPlan, unit: string, at: number) => ({
  item_id: randomUUID(),
  environment_id: plan.environmentId,
  at,
  skew_ms: 0,
  accepted_at: at + 1_000,
  stored_at: Math.max(at + 2_000, from),
  units: { user: unit } as Record<string, string>,
});
const exposure = (plan: ComputationPlan, unit: string, variant: string, at: number): RawExposure => ({
  ...item(plan, unit, at),
  flag: 'checkout',
  variant,
  iteration_id: plan.iterationId,
});
const event = (plan: ComputationPlan, unit: string, key: string, at: number, value = 0): RawEvent => ({
  ...item(plan, unit, at),
  event: key,
  value,
});

/** Figures from rows of units, once they were seen to be those that come straight from the raw items. */
async function figuresOf(plan: ComputationPlan, raw: { exposures?: RawExposure[]; events?: RawEvent[] }, within = bounds) {
  const { exposures = [], events = [] } = raw;
  if (exposures.length > 0) await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
  if (events.length > 0) await insertRaw(eventStore.store, 'event', events, randomUUID());
  const asking: Asking = { store: eventStore.store, plan, bounds: within, signal: new AbortController().signal };
  const { figures } = await deriveFigures(asking, { from: within.from, to: within.to }, undefined);
  const { metrics: read, units, periodUnits, harm } = figures;
  const fromRaw = await readRawMetrics(asking, false, { caps: {}, isEnded: true });
  expect(areTheSame({ metrics: read, units, periodUnits, harm }, fromRaw)).toBe(true);
  return { ...figures, arms: armFigures(plan, figures) };
}
/** [variant, units, converted] of every arm for a plan whose only metric is a conversion. */
async function conversionsOf(plan: ComputationPlan, raw: Parameters<typeof figuresOf>[1], within = bounds) {
  const { arms } = await figuresOf(plan, raw, within);
  return arms.map(({ variant, units, metrics: [first] }) => [variant, units, first?.kind === 'share' ? first.successes : 0]);
}
const conversionOnly = (windowHours = 0) =>
  newPlan({ metrics: [metric('bought', 'conversion', 'purchase', windowHours)], arms: newPlan().arms.slice(0, 2) });

test('An arm with a single unit, or with none that has matured, has its quantile and no ends of an interval', async () => {
  const quantile = {
    type: 'quantile',
    per: 'event',
    level: 0.9,
    event: 'purchase',
    direction: 'increase',
    windowHours: 24,
    delayHours: 0,
  } as const;
  const plan = newPlan({
    metrics: [{ kind: 'planned', key: 'each', name: 'each', version: 1, role: 'secondary', definition: quantile }],
    arms: newPlan().arms.slice(0, 2),
  });
  const {
    metrics: [read],
  } = await figuresOf(plan, {
    exposures: [exposure(plan, 'one', 'b', from), exposure(plan, 'other', 'a', from)],
    events: [event(plan, 'one', 'purchase', from + 1_000, 7)],
  });
  expect(read).toMatchObject({
    kind: 'quantile',
    all: [
      { units: 1, values: 1, estimate: 7, low: null, high: null },
      { units: 1, values: 0, estimate: null, low: null, high: null },
    ],
  });
});

/** Marsaglia's xorshift: the same data in every run. */
function seeded(seed: number) {
  let state = seed;
  const next = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
  return { next, below: (limit: number) => Math.floor(next() * limit), chance: (share: number) => next() < share };
}

/** Units with everything that goes wrong in real data: crossovers, ties, late and early items, skews, foreign and lost units. */
function generated(plan: ComputationPlan, unitCount: number) {
  const random = seeded(20_260_301);
  const variants = ['a', 'b', 'c', 'off'];
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  const skew = (): number => (random.chance(0.05) ? random.below(3 * dayMs) - dayMs : 0);
  for (let index = 0; index < unitCount; index++) {
    const unit = `u-${index}`;
    const first = from - dayMs + random.below(12 * dayMs);
    const variant = variants[random.below(4)] ?? 'a';
    for (let repeat = random.below(4); repeat >= 0; repeat--) {
      const crossed = random.chance(0.1) ? (variants[random.below(4)] ?? 'a') : variant;
      const at = random.chance(0.3) ? first : first + random.below(dayMs);
      const made = { ...exposure(plan, unit, crossed, at), skew_ms: skew() };
      const oddities = [{ units: { device: unit } }, { iteration_id: randomUUID() }, { stored_at: stored + 1 }];
      exposures.push({ ...made, ...oddities[random.below(30)] });
    }
    for (let repeat = random.below(6); repeat > 0; repeat--) {
      const at = first - dayMs + random.below(8 * dayMs);
      const key = ['purchase', 'measure', 'view'][random.below(3)] ?? 'view';
      const value = key === 'measure' ? 1e9 + random.below(7) : Math.round(random.next() * 20_000 - 2_000) / 100;
      const made = { ...event(plan, random.chance(0.05) ? `stranger-${index}` : unit, key, at, value), skew_ms: skew() };
      events.push(random.chance(0.02) ? { ...made, stored_at: stored + 1 } : made);
    }
  }
  const repeated = <T extends { accepted_at: number; stored_at: number; skew_ms: number }>(items: readonly T[]): T[] =>
    items
      .filter(() => random.chance(0.1))
      .map((one) => ({
        ...one,
        accepted_at: one.accepted_at + 5_000,
        stored_at: one.stored_at + 5_000,
        skew_ms: one.skew_ms === 0 ? 0 : one.skew_ms + 60_000,
      }));
  return { exposures: [...exposures, ...repeated(exposures)], events: [...events, ...repeated(events)] };
}

test('The figures of generated data are those of an independent computation from the raw rows', async () => {
  const plan = newPlan();
  const raw = generated(plan, 4_000);
  const { arms } = await figuresOf(plan, raw);
  const reference = referenceArms(plan, metrics, raw, bounds);
  expect(reference.reduce((sum, { mixedUnits }) => sum + mixedUnits, 0)).toBeGreaterThan(100);
  for (const [index, arm] of arms.entries()) {
    const expected = reference[index]!;
    expect([arm.variant, arm.units, arm.mixedUnits]).toEqual([plan.arms[index]!.variant, expected.units, expected.mixedUnits]);
    expect(arm.units).toBeGreaterThan(500);
    for (const [position, figures] of arm.metrics.entries()) {
      const values = expected.values[position]!;
      if (figures?.kind === 'share') {
        expect(figures.successes).toBe(values.reduce((sum, value) => sum + value, 0));
        continue;
      }
      if (figures?.kind !== 'number') throw new Error('an unexpected kind of figures');
      const { n, mean, m2 } = momentsOf(values);
      const relative = (measured: number | null | undefined, right: number) =>
        Math.abs((measured ?? Number.NaN) - right) / Math.abs(right);
      expect(relative(figures.mean, mean)).toBeLessThan(1e-12);
      expect(relative(figures.variance, m2 / n)).toBeLessThan(1e-12);
      expect(
        relative(
          figures.sum,
          values.reduce((sum, value) => sum + value, 0),
        ),
      ).toBeLessThan(1e-12);
    }
  }
});

test('A unit without events counts with 0, and one with nothing but other events too', async () => {
  const plan = conversionOnly();
  const exposures = [exposure(plan, 'u', 'a', from), exposure(plan, 'v', 'a', from), exposure(plan, 'w', 'b', from)];
  const events = [event(plan, 'u', 'purchase', from + 1), event(plan, 'v', 'view', from + 1)];
  expect(await conversionsOf(plan, { exposures, events })).toEqual([
    ['b', 1, 0],
    ['a', 2, 1],
  ]);
});

test('An exposure counts from the first millisecond of the period to the last before its end', async () => {
  const plan = conversionOnly();
  const exposures = [from - 1, from, to - 1, to].map((at, index) => exposure(plan, `u${index}`, 'a', at));
  expect(await conversionsOf(plan, { exposures })).toEqual([
    ['b', 0, 0],
    ['a', 2, 0],
  ]);
});

test("The sender's clock is corrected before the period is looked at", async () => {
  const plan = conversionOnly();
  const slow = { ...exposure(plan, 'slow', 'a', from - dayMs), skew_ms: dayMs, stored_at: from + 1 };
  const fast = { ...exposure(plan, 'fast', 'a', to + dayMs), skew_ms: -dayMs - 1, stored_at: to };
  expect(await conversionsOf(plan, { exposures: [slow, fast] })).toEqual([
    ['b', 0, 0],
    ['a', 2, 0],
  ]);
});

test('An event counts from the very moment of the first exposure, and not before', async () => {
  const plan = conversionOnly();
  const exposures = [exposure(plan, 'before', 'a', from + 1_000), exposure(plan, 'at', 'b', from + 1_000)];
  const events = [event(plan, 'before', 'purchase', from + 999), event(plan, 'at', 'purchase', from + 1_000)];
  expect(await conversionsOf(plan, { exposures, events })).toEqual([
    ['b', 1, 1],
    ['a', 1, 0],
  ]);
});

test('A window ends before its last millisecond, also past the end of the period', async () => {
  const plan = conversionOnly(24);
  const exposures = [exposure(plan, 'in', 'a', to - 1), exposure(plan, 'out', 'b', to - 1)];
  const events = [event(plan, 'in', 'purchase', to - 2 + dayMs), event(plan, 'out', 'purchase', to - 1 + dayMs)];
  expect(await conversionsOf(plan, { exposures, events })).toEqual([
    ['b', 1, 0],
    ['a', 1, 1],
  ]);
});

test('Without a window, events count to the end of the period', async () => {
  const plan = conversionOnly();
  const exposures = [exposure(plan, 'in', 'a', from), exposure(plan, 'out', 'b', from)];
  const events = [event(plan, 'in', 'purchase', to - 1), event(plan, 'out', 'purchase', to)];
  expect(await conversionsOf(plan, { exposures, events })).toEqual([
    ['b', 1, 0],
    ['a', 1, 1],
  ]);
});

test('A unit that saw two arms counts for the first, and is told; at the same moment the order of the arms decides', async () => {
  const plan = conversionOnly();
  const exposures = [
    exposure(plan, 'u', 'a', from + 5),
    exposure(plan, 'u', 'b', from + 6),
    exposure(plan, 'tie', 'a', from + 5),
    exposure(plan, 'tie', 'b', from + 5),
  ];
  const { arms } = await figuresOf(plan, { exposures });
  expect(arms.map(({ variant, units, mixedUnits }) => [variant, units, mixedUnits])).toEqual([
    ['b', 1, 1],
    ['a', 1, 1],
  ]);
});

test('An item that arrived in several batches counts once', async () => {
  const plan = newPlan({ metrics: [metric('revenue', 'sum', 'purchase')] });
  const once = { exposures: [exposure(plan, 'u', 'a', from)], events: [event(plan, 'u', 'purchase', from + 1, 2.5)] };
  await figuresOf(plan, once);
  await figuresOf(plan, once);
  const { arms, exposures } = await figuresOf(plan, once);
  expect(arms[1]).toMatchObject({ variant: 'a', units: 1, metrics: [{ mean: 2.5, sum: 2.5 }] });
  expect(exposures).toEqual([{ variant: 'a', exclusion: 0, items: 1, withoutUnit: 0, units: 0 }]);
});

test('Exposures of another iteration, environment or variant count for nobody; those without the unit are told', async () => {
  const plan = conversionOnly();
  const right = exposure(plan, 'u', 'a', from);
  const exposures = [
    right,
    { ...exposure(plan, 'v', 'a', from), iteration_id: randomUUID() },
    { ...exposure(plan, 'w', 'a', from), environment_id: randomUUID() },
    exposure(plan, 'x', 'off', from),
    { ...exposure(plan, 'y', 'a', from), units: { device: 'y' } },
    { ...exposure(plan, 'z', 'a', from), units: { user: '' } },
  ];
  const figures = await figuresOf(plan, { exposures });
  expect(figures.arms.map(({ variant, units }) => [variant, units])).toEqual([
    ['b', 0],
    ['a', 1],
  ]);
  expect(figures.exposures).toEqual([
    { variant: 'a', exclusion: 0, items: 3, withoutUnit: 2, units: 0 },
    { variant: 'off', exclusion: 0, items: 1, withoutUnit: 0, units: 0 },
  ]);
});

test('Items that were stored after the bound wait for the next results', async () => {
  const plan = conversionOnly();
  const exposures = [
    { ...exposure(plan, 'late', 'a', from), stored_at: stored + 1 },
    { ...exposure(plan, 'in', 'a', from), stored_at: stored },
  ];
  const events = [{ ...event(plan, 'in', 'purchase', from), stored_at: stored + 1 }];
  expect(await conversionsOf(plan, { exposures, events })).toEqual([
    ['b', 0, 0],
    ['a', 1, 0],
  ]);
  const later = { ...bounds, dataUntil: new Date(stored + 1).toISOString() };
  expect(await conversionsOf(plan, {}, later)).toEqual([
    ['b', 0, 0],
    ['a', 2, 1],
  ]);
});

test('A plan without any metric that can be asked for still counts its units', async () => {
  const plan = newPlan({ metrics: [] });
  const { arms } = await figuresOf(plan, { exposures: [exposure(plan, 'u', 'a', from)] });
  expect(arms.map(({ units }) => units)).toEqual([0, 1, 0]);
});

test('Keys with quotes and braces are data, never SQL', async () => {
  const odd = `it's {a:String} \\ "quoted"`;
  const plan = newPlan({
    metrics: [metric('bought', 'conversion', odd)],
    arms: [
      { variant: odd, expectedMilliPercent: 50_000 },
      { variant: 'a', expectedMilliPercent: 50_000 },
    ],
  });
  const exposures = [exposure(plan, odd, odd, from)];
  expect(await conversionsOf(plan, { exposures, events: [event(plan, odd, odd, from)] })).toEqual([
    [odd, 1, 1],
    ['a', 0, 0],
  ]);
});

test('Values too large for a double have no mean and no variance', async () => {
  const plan = newPlan({ metrics: [metric('revenue', 'sum', 'purchase')] });
  const events = [event(plan, 'u', 'purchase', from, 1.7e308), event(plan, 'u', 'purchase', from, 1.7e308)];
  const { arms } = await figuresOf(plan, { exposures: [exposure(plan, 'u', 'a', from)], events });
  expect(arms[1]?.metrics[0]).toMatchObject({ mean: null, sum: null });
});

test('The statement with its parameters runs as it is shown', async () => {
  const plan = conversionOnly();
  const { query } = await figuresOf(plan, { exposures: [exposure(plan, 'u', 'a', from)] });
  const shown = JSON.parse(JSON.stringify(query)) as typeof query;
  const rows = await eventStore.store.query({ environmentId: plan.environmentId, sql: shown.sql, params: shown.parameters });
  expect(rows).toMatchObject([{ period: 1, arm: 1, n: 1, mixed: 0, happened: [0], means: [0] }]);
});

test('A quantile is that of the units that came since weights were changed last, a pause left out', async () => {
  const definition = {
    type: 'quantile',
    per: 'unit',
    level: 0.5,
    measure: { type: 'sum', event: 'purchase' },
    direction: 'increase',
    windowHours: 24,
    delayHours: 0,
  } as const;
  const at = (day: number): string => new Date(from + day * dayMs).toISOString();
  const plan = newPlan({
    metrics: [{ ...metric('spent', 'sum', 'purchase', 24), definition }],
    arms: newPlan().arms.slice(0, 2),
    periods: [
      { number: 1, from: at(0), isPause: false, isBeforeChange: true },
      { number: 2, from: at(2), isPause: true },
      { number: 3, from: at(3), isPause: false },
    ],
  });
  const seen = [0.5, 2.5, 3.5].flatMap((day) =>
    ['a', 'b'].flatMap((variant) => [1, 2, 3].map((number) => ({ day, variant, unit: `${day} ${variant} ${number}`, number }))),
  );
  const figures = await figuresOf(plan, {
    exposures: seen.map(({ day, variant, unit }) => exposure(plan, unit, variant, from + day * dayMs)),
    // Ten times as much before the change.
    events: seen.map(({ day, unit, number }) =>
      event(plan, unit, 'purchase', from + day * dayMs + 1, number * (day < 1 ? 10 : 1)),
    ),
  });
  const [spent] = figures.metrics;
  expect(spent?.kind === 'quantile' && spent.matured.map(({ units, estimate }) => [units, estimate])).toEqual([
    [3, 2],
    [3, 2],
  ]);
  expect(figures.units.map(({ units }) => units)).toEqual([6, 6]);
});

test('Figures are told by period, history, short window, dimension and day; who was exposed first in a pause stays out', async () => {
  const hourMs = dayMs / 24;
  const revenue = { ...metric('revenue', 'sum', 'purchase', 24), role: 'primary' as const };
  const at = (day: number): string => new Date(from + day * dayMs).toISOString();
  const plan = newPlan({
    metrics: [revenue],
    arms: newPlan().arms.slice(0, 2),
    prePeriodDays: 1,
    periods: [
      { number: 1, from: at(0), isPause: false },
      { number: 2, from: at(2), isPause: true },
      { number: 3, from: at(3), isPause: false },
    ],
  });
  const first = from + dayMs;
  const onPlatform = (made: RawExposure, platform: string): RawExposure => ({ ...made, attributes: { platform } });
  const exposures = [
    { ...onPlatform(exposure(plan, 'u', 'a', first), 'ios'), delivered: true },
    // Read after it was delivered, and delivered after it was read.
    onPlatform(exposure(plan, 'u', 'a', first + hourMs), 'ios'),
    onPlatform(exposure(plan, 'v', 'a', first), 'web'),
    { ...onPlatform(exposure(plan, 'v', 'b', first + hourMs), 'ios'), delivered: true },
    exposure(plan, 'paused', 'a', from + 2 * dayMs),
    exposure(plan, 'paused', 'a', from + 3 * dayMs),
    onPlatform(exposure(plan, 'w', 'b', from + 3 * dayMs), 'web'),
  ];
  const events = [
    event(plan, 'u', 'purchase', first - 1, 3),
    event(plan, 'u', 'purchase', first - dayMs - 1, 100),
    event(plan, 'u', 'purchase', first, 5),
    event(plan, 'u', 'purchase', first + hourMs, 7),
    event(plan, 'v', 'purchase', first + dayMs, 1_000),
    event(plan, 'paused', 'purchase', from + 2 * dayMs, 50),
  ];
  const figures = await figuresOf(plan, { exposures, events });
  const products = (all: number) => [
    [all, 0],
    [0, 0],
  ];
  expect(figures.metrics[0]).toMatchObject({
    columns: ['y', 'x'],
    matured: [
      { period: 1, arm: 1, stratum: 'new', n: 1, means: [0, 0], products: products(0) },
      { period: 1, arm: 1, stratum: 'history', n: 1, means: [12, 3] },
      { period: 3, arm: 0, stratum: 'new', n: 1, means: [0, 0] },
    ],
  });
  expect(figures.units).toEqual([
    { arm: 0, units: 1, mixedUnits: 0 },
    { arm: 1, units: 2, mixedUnits: 1 },
  ]);
  expect(figures.firstSeen).toEqual([
    { period: 1, arm: 1, reads: 1, deliveries: 1 },
    { period: 3, arm: 0, reads: 1, deliveries: 0 },
  ]);
  expect(figures.periodUnits.map(({ period, arm, units }) => [period, arm, units])).toEqual([
    [1, 0, 0],
    [1, 1, 2],
    [2, 0, 0],
    [2, 1, 1],
    [3, 0, 1],
    [3, 1, 0],
  ]);
  const harm = figures.harm.filter(({ period, arm }) => period === 1 && arm === 1);
  expect(harm.map(({ windowMs, n, conversions, moments }) => [windowMs, n, conversions, moments?.means])).toEqual([
    [hourMs, 2, 1, [2.5]],
    [dayMs, 2, 1, [6]],
  ]);
  const platforms = figures.dimensionUnits.filter(({ name }) => name === 'platform');
  expect(platforms.map(({ value, period, arm, units }) => [value, period, arm, units])).toEqual([
    ['ios', 1, 1, 1],
    ['web', 1, 1, 1],
    ['web', 3, 0, 1],
  ]);
  expect(figures.bySinceExposure.map(({ day, arm, n, mean }) => [day, arm, n, mean])).toEqual([
    [0, 0, 1, 0],
    [0, 1, 2, 6],
  ]);
});

test('While it runs, a metric without a window is told by dimension for everybody, and one with a window for whose window has closed', async () => {
  const plan = newPlan({
    metrics: [metric('bought', 'conversion', 'purchase'), metric('bought-in-three-days', 'conversion', 'purchase', 72)],
    arms: newPlan().arms.slice(0, 2),
  });
  const onIos = (made: RawExposure): RawExposure => ({ ...made, attributes: { platform: 'ios' } });
  const dataUntil = new Date(from + 4 * dayMs).toISOString();
  await insertRaw(
    eventStore.store,
    'exposure',
    [onIos(exposure(plan, 'u', 'a', from)), onIos(exposure(plan, 'v', 'a', from + 3 * dayMs))],
    randomUUID(),
  );
  await insertRaw(eventStore.store, 'event', [event(plan, 'v', 'purchase', from + 3 * dayMs + 1)], randomUUID());
  const within = { ...bounds, dataUntil };
  const asking: Asking = { store: eventStore.store, plan, bounds: within, signal: new AbortController().signal };
  const { figures } = await deriveFigures(asking, { from: bounds.from, to: undefined }, undefined);
  expect(
    figures.dimensions.map(({ metric: key, value, cells }) => [key, value, cells.map(({ n, means }) => [n, means])]),
  ).toEqual([
    ['bought', 'ios', [[2, [0.5]]]],
    ['bought-in-three-days', 'ios', [[1, [0]]]],
  ]);
});

test('Cells of generated items, by period, arm, stratum, maturity, short window and dimension, are those that loops over them give', async () => {
  const hourMs = dayMs / 24;
  const random = seeded(7_531);
  const at = (day: number): string => new Date(from + day * dayMs).toISOString();
  const window = { direction: 'increase', windowHours: 48, delayHours: 0 } as const;
  const shifted = { ...metric('shifted', 'sum', 'measure', 48) };
  const ratio: MetricPlan = {
    ...metric('per-view', 'sum', 'purchase'),
    role: 'guardrail',
    definition: {
      type: 'ratio',
      numerator: { type: 'sum', event: 'purchase' },
      denominator: { type: 'count', event: 'view' },
      ...window,
    },
  };
  const plan = newPlan({
    metrics: [
      { ...metric('bought', 'conversion', 'purchase', 24), role: 'primary' },
      { ...metric('revenue', 'sum', 'purchase', 72), role: 'guardrail' },
      metric('whenever', 'sum', 'purchase'),
      ratio,
      shifted,
    ],
    prePeriodDays: 2,
    periods: [
      { number: 1, from: at(0), isPause: false },
      { number: 2, from: at(4), isPause: true },
      { number: 3, from: at(5), isPause: false },
    ],
  });
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  for (let index = 0; index < 400; index++) {
    const unit = `r-${index}`;
    const first = from + random.below(10 * dayMs);
    const variant = ['a', 'b', 'c'][random.below(3)] ?? 'a';
    const platform = ['ios', 'web', ''][random.below(3)] ?? '';
    for (let repeat = random.below(2); repeat >= 0; repeat--)
      exposures.push({ ...exposure(plan, unit, variant, first + repeat * hourMs), attributes: { platform } });
    // A number far from 0 that hardly differs: whatever is made of its powers loses every digit.
    events.push(event(plan, unit, 'measure', first + 1, 1e6 + random.below(1_000) ** 2 / 1e6));
    for (let repeat = random.below(9); repeat > 0; repeat--) {
      const key = random.chance(0.4) ? 'purchase' : 'view';
      events.push(event(plan, unit, key, first - 3 * dayMs + random.below(8 * dayMs), Math.round(random.next() * 9_000) / 100));
    }
  }
  const inTime = { exposures: exposures.filter(({ at: time }) => time < to), events };
  const within = { ...bounds, dataUntil: bounds.to };
  await insertRaw(eventStore.store, 'exposure', inTime.exposures, randomUUID());
  await insertRaw(
    eventStore.store,
    'event',
    events.map((one) => ({ ...one, stored_at: Math.min(one.stored_at, to) })),
    randomUUID(),
  );
  const asking: Asking = { store: eventStore.store, plan, bounds: within, signal: new AbortController().signal };
  const { figures } = await deriveFigures(asking, { from: within.from, to: undefined }, undefined);
  const ordered = <T extends { period?: number; arm: number; stratum?: string }>(cells: readonly T[]): T[] =>
    cells.toSorted((a, b) => `${a.period} ${a.arm} ${a.stratum}`.localeCompare(`${b.period} ${b.arm} ${b.stratum}`));
  for (const [index, expected] of referenceCells(plan, inTime, to).entries()) {
    const found = figures.metrics[index];
    if (found?.kind !== 'means') throw new Error('no means');
    expect(found.all.length).toBeGreaterThan(6);
    expectAlike(ordered(found.all), ordered(expected.all));
    expectAlike(ordered(found.matured), ordered(expected.matured));
    const mine = <T extends { readonly metric: string }>(all: readonly T[]): T[] =>
      all.filter(({ metric: key }) => key === expected.metric);
    expectAlike(
      mine(figures.harm),
      expected.harm.map((one) => ({ metric: expected.metric, ...one })),
    );
    const platforms = mine(figures.dimensions).filter(({ name }) => name === 'platform');
    expect(platforms.map(({ value }) => value).toSorted()).toEqual(expected.dimensions.map(({ value }) => value).toSorted());
    for (const { value, cells } of expected.dimensions)
      expectAlike(ordered(platforms.find((one) => one.value === value)?.cells ?? []), ordered(cells));
    if (expected.metric === 'shifted' || expected.metric === 'revenue')
      for (const [arm, skewness] of expected.skewness.entries()) expect(found.arms[arm]?.skewness).toBeCloseTo(skewness ?? 0, 6);
  }
});

/** Equal but for the order of additions. */
function expectAlike(found: unknown, expected: unknown): void {
  if (typeof expected === 'number' && !Number.isInteger(expected)) {
    expect(Math.abs(Number(found) - expected)).toBeLessThan(1e-7 * Math.max(1e-3, Math.abs(expected)));
  } else if (typeof expected === 'object' && expected !== null) {
    const [mine, right] = [found, expected] as readonly Readonly<Record<string, unknown>>[];
    expect(Object.keys(mine ?? {}).toSorted()).toEqual(Object.keys(right ?? {}).toSorted());
    for (const [name, value] of Object.entries(right ?? {})) expectAlike(mine?.[name], value);
  } else if (typeof expected === 'number') expect(found).toBeCloseTo(expected, 6);
  else expect(found).toEqual(expected);
}
