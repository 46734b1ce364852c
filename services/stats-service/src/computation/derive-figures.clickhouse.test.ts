import { randomUUID } from 'node:crypto';
import { parseMetricDefinition, type MetricDefinition, type PropertyFilter } from '@stitchd/core';
import { EventStoreFailure, type EventStore } from '@stitchd/db/clickhouse';
import { rebuildDerived } from '@stitchd/events';
import type { DerivedState, JobBounds } from '@stitchd/db/stats';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { areTheSame } from './compare-with-items.ts';
import { deriveFigures } from './derive-figures.ts';
import { deriveGoodMetrics } from './derive-good-metrics.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { statsLimits } from '../limits.ts';
import { insertRaw, type RawEvent, type RawExposure } from './raw-items.test-support.ts';
import { armFigures } from './arm-figures.test-support.ts';
import type { Asking } from './asking.ts';
import type { ExposureCount, Figures } from './figures.ts';
import { readRawMetrics, type MetricsRead } from './read-figures.ts';
import { attributedArms } from './attribution-reference.test-support.ts';

let eventStore: TestEventStore;
beforeAll(async () => {
  eventStore = await createTestEventStore();
});
afterAll(() => eventStore.drop());

const minute = 60_000;
const hour = 60 * minute;
const from = Date.UTC(2026, 2, 1);
/** The beginning of a UUIDv7 of that time. */
const uuidTime = (ms: number): string =>
  ms
    .toString(16)
    .padStart(12, '0')
    .replace(/^(.{8})/, '$1-');
const iso = (ms: number): string => new Date(ms).toISOString();

function planned(key: string, definition: object): MetricPlan {
  const parsed = parseMetricDefinition({ direction: 'increase', windowHours: 0, ...definition });
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.errors));
  return {
    kind: 'planned',
    key,
    name: key,
    version: 1,
    role: key === 'bought' ? 'primary' : key === 'revenue' ? 'guardrail' : 'secondary',
    definition: parsed.value as MetricDefinition,
  };
}

const count = { type: 'count', event: 'purchase' };
const metrics = [
  planned('bought', { type: 'conversion', event: 'purchase' }),
  planned('revenue', { type: 'sum', event: 'purchase', windowHours: 3 }),
  planned('largest', { type: 'maximum', event: 'purchase', delayHours: 1, windowHours: 4 }),
  planned('days', { type: 'active-days', event: 'visit' }),
  planned('per-visit', { type: 'ratio', numerator: count, denominator: { type: 'count', event: 'visit' } }),
  planned('typical', { type: 'quantile', per: 'unit', level: 0.5, measure: { type: 'sum', event: 'purchase' } }),
  planned('each', { type: 'quantile', per: 'event', level: 0.9, event: 'purchase' }),
  planned('funnel', { type: 'funnel', steps: [{ event: 'visit' }, { event: 'purchase' }], withinHours: 2 }),
  planned('first', { type: 'last', event: 'purchase', windowHours: 2 }),
  planned('kinds', { type: 'distinct-values', event: 'purchase' }),
  planned('least', { type: 'minimum', event: 'purchase' }),
  planned('mean', { type: 'mean', event: 'purchase', windowHours: 2 }),
  planned('capped', { type: 'sum', event: 'purchase', cap: { kind: 'quantile', level: 0.9 } }),
];

const newPlan = (more: Partial<ComputationPlan> = {}): ComputationPlan => ({
  experimentId: randomUUID(),
  experimentKey: 'e',
  environmentId: randomUUID(),
  source: { kind: 'iteration' },
  iterationId: randomUUID(),
  iteration: 1,
  startedAt: iso(from),
  assignment: 'split',
  alpha: 0.05,
  unitKind: 'user',
  baselineVariant: 'a',
  arms: ['a', 'b'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
  metrics,
  exclusions: [],
  periods: [{ number: 1, from: iso(from), isPause: false }],
  prePeriodDays: 1,
  dimensions: [],
  ...more,
});

/** Numerical Recipes' generator: the same data in every run. */
function seeded(seed: number) {
  let state = seed;
  const next = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return { below: (limit: number) => Math.floor(next() * limit), chance: (share: number) => next() < share };
}

/**
 * Items as they come in over some hours: late ones, copies, units that see both arms, and units with keys that come one at a
 * time.
 */
function generated(plan: ComputationPlan, seed: number, hours: number, isAlone = false) {
  const random = seeded(seed);
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  const unitsOf = (person: number): Record<string, string> => {
    // Two devices a person, now and then a shared one.
    const device = `d-${random.chance(0.1) ? random.below(10) : person * 2 + random.below(2)}`;
    const form = random.below(4);
    if (isAlone || form === 0) return { user: `u-${person}` };
    if (form === 1) return { device };
    return { user: `u-${person}`, device };
  };
  const item = (person: number) => {
    const at = from + random.below(hours * hour);
    const late = random.chance(0.2) ? random.below(3 * hour) : random.below(2 * minute);
    return {
      item_id: randomUUID(),
      environment_id: plan.environmentId,
      at,
      skew_ms: 0,
      accepted_at: at + late,
      stored_at: at + late + random.below(minute),
      units: unitsOf(person),
    };
  };
  for (let person = 0; person < 80; person++) {
    const variant = random.chance(0.5) ? 'a' : 'b';
    for (let repeat = random.below(3); repeat >= 0; repeat--)
      exposures.push({
        ...item(person),
        flag: 'f',
        variant: random.chance(0.1) ? 'a' : variant,
        iteration_id: plan.iterationId,
        attributes: { agent: random.chance(0.1) ? 'bot' : 'browser' },
      });
    for (let repeat = random.below(8); repeat > 0; repeat--)
      events.push({ ...item(person), event: random.chance(0.5) ? 'purchase' : 'visit', value: random.below(10_000) / 100 });
  }
  const copied = <T extends RawExposure | RawEvent>(items: readonly T[]): T[] =>
    items
      .filter(() => random.chance(0.1))
      .map((one) => ({ ...one, accepted_at: one.accepted_at + 2 * hour, stored_at: one.stored_at + 2 * hour }));
  return { exposures: [...exposures, ...copied(exposures)], events: [...events, ...copied(events)] };
}

const asking = (plan: ComputationPlan, until: number): Asking => {
  const bounds: JobBounds = { from: iso(from), to: iso(until), dataUntil: iso(until) };
  return { store: eventStore.store, plan, bounds, signal: new AbortController().signal };
};
/** What both ways to the figures have to agree on. */
const metricsOf = ({ metrics: read, units, periodUnits, harm }: Figures): MetricsRead => ({
  metrics: read,
  units,
  periodUnits,
  harm,
});

/** An event store of which no statement reads the figures of metrics from all items. */
function withoutItems({ store }: Asking, failure: EventStoreFailure): EventStore {
  const readsItems = (sql: string): boolean => sql.includes('FROM measured') && !sql.includes('experiment_unit');
  return { ...store, query: (query) => (readsItems(query.sql) ? Promise.reject(failure) : store.query(query)) };
}

/** Whether figures are those that all raw items give. */
async function isRight(now: Asking, figures: Figures): Promise<boolean> {
  return areTheSame(metricsOf(figures), await readRawMetrics(now, true, { caps: figures.caps, isEnded: false }));
}
/** How events came, by then: all are of the last day, and of events a copy counts. */
function streamUntil({ startedAt }: ComputationPlan, events: readonly RawEvent[], until: number) {
  const stored = events.filter(({ stored_at: at }) => at <= until);
  const sinceStart = stored.filter(({ at, skew_ms: skew }) => at + skew >= Date.parse(startedAt));
  const late = sinceStart.filter(({ at, skew_ms: skew, stored_at: came }) => came - at - skew > hour);
  return { items: stored.length, sinceStart: sinceStart.length, lateShare: late.length / sinceStart.length };
}
/** What was exposed by then, each item once, by variant and whether it was a bot. */
function exposuresUntil(
  { unitKind }: ComputationPlan,
  exposures: readonly RawExposure[],
  until: number,
): readonly ExposureCount[] {
  const isIn = ({ at, stored_at: stored }: RawExposure): boolean => stored <= until && at < until;
  const items = [...new Map(exposures.filter(isIn).map((one) => [one.item_id, one])).values()];
  return ['a', 'b'].flatMap((variant) =>
    ['browser', 'bot'].flatMap((agent, exclusion): ExposureCount[] => {
      const mine = items.filter((one) => one.variant === variant && one.attributes?.['agent'] === agent);
      const keys = mine.flatMap(({ units }) => units[unitKind] ?? []);
      const units = exclusion === 0 ? 0 : new Set(keys).size;
      return mine.length === 0 ? [] : [{ variant, exclusion, items: mine.length, withoutUnit: mine.length - keys.length, units }];
    }),
  );
}

const onward = { from: iso(from), to: undefined };

async function storeBetween(raw: ReturnType<typeof generated>, after: number, until: number): Promise<void> {
  const isIn = ({ stored_at: stored }: { readonly stored_at: number }): boolean => stored > after && stored <= until;
  const [exposures, events] = [raw.exposures.filter(isIn), raw.events.filter(isIn)];
  await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
  await insertRaw(eventStore.store, 'event', events, randomUUID());
}

test.for([
  { name: 'users who have no other key, so that what is new is added', unitKind: 'user', seed: 5, isAlone: true },
  { name: 'users', unitKind: 'user', seed: 11 },
  { name: 'devices, whose events often name the user alone', unitKind: 'device', seed: 23 },
])(
  'Of $name: hour by hour, what is derived from what is new is what all raw items give, and what loops over them give',
  async ({ unitKind, seed, isAlone = false }) => {
    const plan = newPlan({
      unitKind,
      // What happened before is brought from the past.
      startedAt: iso(from + 20 * minute),
      // Where keys are linked, units are made anew as a whole, whatever the metric.
      ...(!isAlone && { metrics: metrics.slice(0, 5) }),
      exclusions: [{ name: 'Bots', filter: { property: 'attributes.agent', operator: '=', value: 'bot' } }],
    });
    const hours = isAlone ? 2 : 1;
    const raw = generated(plan, seed, hours, isAlone);
    let state: DerivedState | undefined;
    let until = 0;
    const seen: string[] = [];
    for (let step = 1; step <= hours + 2; step++) {
      const next = from + step * hour;
      await storeBetween(raw, until, next);
      until = next;
      const now = asking(plan, until);
      // An attempt that is lost after it wrote its rows leaves what it found to the next one.
      if (step === 3) await deriveFigures(now, onward, state);
      const derived = await deriveFigures(now, onward, state);
      state = derived.state;
      const arms = armFigures(plan, derived.figures);
      expect(derived.figures.exposures, `step ${step}`).toEqual(exposuresUntil(plan, raw.exposures, until));
      expect(derived.figures.events).toMatchObject(streamUntil(plan, raw.events, until));
      seen.push(derived.derivation);
      expect(await isRight(now, derived.figures), `step ${step}`).toBe(true);
      const stored = <T extends { readonly stored_at: number }>(items: readonly T[]): T[] =>
        items.filter(({ stored_at: at }) => at <= until);
      const reference = attributedArms(plan, { exposures: stored(raw.exposures), events: stored(raw.events) }, until);
      for (const [index, arm] of arms.entries()) {
        const expected = reference[index]!;
        expect([arm.variant, arm.units, arm.mixedUnits]).toEqual([expected.variant, expected.units, expected.mixedUnits]);
        const [bought, revenue, , , perVisit] = arm.metrics;
        expect(bought).toMatchObject({ successes: expected.buyers });
        expect(revenue?.kind === 'number' ? revenue.sum : 0).toBeCloseTo(expected.revenue, 6);
        const views = perVisit?.kind === 'ratio' ? (perVisit.denominator.mean ?? 0) * arm.units : 0;
        expect(views).toBeCloseTo(expected.visits, 6);
      }
      // A retry of the same computation changes nothing.
      if (step === 2) {
        const again = await deriveFigures(now, onward, state);
        expect(areTheSame(metricsOf(again.figures), metricsOf(derived.figures))).toBe(true);
      }
    }
    expect(seen).toEqual(['full', ...Array.from({ length: hours + 1 }, () => 'incremental')]);
  },
);

test('Events from before the start are not late; the moment of the start is after it, and counts of a program that did not tell are made anew', async () => {
  const started = from + 10 * hour;
  const plan = newPlan({ metrics: metrics.slice(0, 1), startedAt: iso(started) });
  const event = (at: number, stored: number): RawEvent => ({
    item_id: randomUUID(),
    environment_id: plan.environmentId,
    at,
    skew_ms: 0,
    accepted_at: stored,
    stored_at: stored,
    units: { user: 'u' },
    event: 'purchase',
    value: 1,
  });
  const imported = [from, started - 3 * hour, started - 1].map((at) => event(at, started + minute));
  await insertRaw(eventStore.store, 'event', imported, randomUUID());
  const history = await deriveFigures(asking(plan, started + 2 * hour), onward, undefined);
  expect(history.figures.events).toMatchObject({ items: 3, sinceStart: 0, lateShare: 0 });
  const stream = [
    event(started, started + 2 * hour),
    event(started + hour, started + 2 * hour),
    event(started + hour, started + 2 * hour + 1),
  ];
  await insertRaw(eventStore.store, 'event', stream, randomUUID());
  const later = asking(plan, started + 3 * hour);
  const expected = { items: 6, sinceStart: 3, lateShare: 2 / 3 };
  const added = await deriveFigures(later, onward, history.state);
  expect([added.derivation, added.figures.events]).toEqual(['incremental', expect.objectContaining(expected)]);
  // What an older program counted as late: everything.
  const events = (history.state.tallies?.events ?? []).map((tally) => ({ ...tally, sinceStart: undefined, late: tally.items }));
  const old = { ...history.state, tallies: { exposures: history.state.tallies?.exposures ?? [], events } };
  expect((await deriveFigures(later, onward, old)).figures.events).toMatchObject(expected);
  const whole = await deriveFigures({ ...later, isFull: true }, onward, added.state);
  expect(whole.figures.events).toMatchObject(expected);
});

test('After a day, rows of units are compared with all raw items, and made anew where they differ', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  const raw = generated(plan, 5, 2);
  await storeBetween(raw, 0, from + 24 * hour);
  const day = 24 * hour;
  const first = await deriveFigures(asking(plan, from + day), onward, undefined);
  const second = await deriveFigures(asking(plan, from + 2 * day), onward, first.state);
  expect([first.derivation, second.derivation]).toEqual(['full', 'checked']);
  expect(second.state.checkedAt.getTime()).toBe(from + 2 * day);
  // Something removes events behind the back of the derived rows.
  await eventStore.store.eraseRows('event', { environmentId: plan.environmentId, where: "event = 'purchase'", params: {} });
  const third = await deriveFigures(asking(plan, from + 2 * day + hour), onward, second.state);
  expect(third.derivation).toBe('incremental');
  expect(armFigures(plan, third.figures)[0]?.metrics[0]).not.toMatchObject({ successes: 0 });
  const fourth = await deriveFigures(asking(plan, from + 3 * day), onward, third.state);
  expect([fourth.derivation, fourth.disagreed]).toEqual(['repaired', ['figures']]);
  expect(armFigures(plan, fourth.figures).map(({ metrics: [bought] }) => bought)).toMatchObject([
    { successes: 0 },
    { successes: 0 },
  ]);
});

test('After a day, counts of exposures are compared too, by arm and exclusion, and all items are believed', async () => {
  const plan = newPlan({
    metrics: metrics.slice(0, 2),
    exclusions: [{ name: 'Bots', filter: { property: 'attributes.agent', operator: '=', value: 'bot' } }],
  });
  const raw = generated(plan, 29, 2);
  await storeBetween(raw, 0, from + 24 * hour);
  const day = 24 * hour;
  const first = await deriveFigures(asking(plan, from + day), onward, undefined);
  const { tallies } = first.state;
  if (tallies === undefined) throw new Error('nothing was counted');
  for (const wrong of [0, 1]) {
    const exposures = tallies.exposures.map((one) => (one.exclusion === wrong ? { ...one, items: one.items + 1 } : one));
    const state = { ...first.state, tallies: { ...tallies, exposures } };
    const unseen = await deriveFigures(asking(plan, from + day + hour), onward, state);
    expect([unseen.derivation, unseen.disagreed]).toEqual(['incremental', []]);
    const found = await deriveFigures(asking(plan, from + 2 * day), onward, unseen.state);
    expect([found.derivation, found.disagreed]).toEqual(['recounted', ['exposures']]);
    expect(found.figures.exposures).toEqual(exposuresUntil(plan, raw.exposures, from + 2 * day));
    const next = await deriveFigures(asking(plan, from + 2 * day + hour), onward, found.state);
    expect(next.figures.exposures).toEqual(found.figures.exposures);
  }
});

test('Rows that are wrong even when they are made anew are told, and what is shown is what all items give; they are not made anew again by every look', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  await storeBetween(generated(plan, 31, 2), 0, from + 24 * hour);
  const day = 24 * hour;
  const { state } = await deriveFigures(asking(plan, from + day), onward, undefined);
  const now = asking(plan, from + 2 * day);
  const lossy = await deriveFigures({ ...now, store: await losing(now) }, onward, state);
  expect([lossy.derivation, lossy.disagreed]).toEqual(['differs', ['figures']]);
  expect(await isRight(now, lossy.figures)).toBe(true);
  // Until it is compared again, one reading of all items gives the figures, and no row is written but of what is new.
  const between = asking(plan, from + 2 * day + statsLimits.derivedRecheckMs - 1);
  const untouched = { ...between.store, eraseRows: () => Promise.reject(new Error('rows were made anew')) };
  const standing = await deriveFigures({ ...between, store: untouched }, onward, lossy.state);
  expect([standing.derivation, standing.disagreed]).toEqual(['differs', []]);
  expect(await isRight(between, standing.figures)).toBe(true);
  const late = new EventStoreFailure({ kind: 'timeout', reason: 'TIMEOUT_EXCEEDED' }, undefined);
  const later = asking(plan, from + 2 * day + statsLimits.derivedRecheckMs);
  // Rows that are known to be wrong are no figures where all items can't be read.
  await expect(deriveFigures({ ...later, store: withoutItems(later, late) }, onward, standing.state)).rejects.toThrow(late);
  const next = await deriveFigures(later, onward, standing.state);
  expect([next.derivation, next.disagreed]).toEqual(['repaired', ['figures']]);
  expect(await isRight(later, next.figures)).toBe(true);
  const last = await deriveFigures(asking(plan, from + 2 * day + 7 * hour), onward, next.state);
  expect(last.derivation).toBe('incremental');
});

test('Rows that were found to be wrong are not believed once they are made anew and can not be compared: the first reading of all items is shown', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  await storeBetween(generated(plan, 31, 2), 0, from + 24 * hour);
  const day = 24 * hour;
  const at = (more: number) => asking(plan, from + 2 * day + more);
  const { state } = await deriveFigures(asking(plan, from + day), onward, undefined);
  const known = await deriveFigures({ ...at(0), store: await losing(at(0)) }, onward, state);
  const late = new EventStoreFailure({ kind: 'timeout', reason: 'TIMEOUT_EXCEEDED' }, undefined);
  const recheckMs = statsLimits.derivedRecheckMs;
  // By the daily comparison, and where it is known already that the rows differ.
  for (const [then, past] of [
    [at(0), state],
    [at(recheckMs), known.state],
  ] as const) {
    const lossy = { ...then, store: await losing(then) };
    const once = await deriveFigures({ ...lossy, store: onceAnew(lossy, withoutItems(lossy, late)) }, onward, past);
    expect([once.derivation, once.disagreed, once.state.failedCheck?.as]).toEqual(['differs', ['figures'], 'differs']);
    expect(await isRight(then, once.figures)).toBe(true);
  }
});

/** Another event store, as soon as the rows of units are made anew. */
function onceAnew({ store }: Asking, then: EventStore): EventStore {
  let isAnew = false;
  return {
    ...store,
    eraseRows: async (...erase) => {
      await store.eraseRows(...erase);
      isAnew = true;
    },
    query: (query) => (isAnew ? then : store).query(query),
  };
}

/** Whatever is written, half of the units get lost. */
async function losing({ store, plan }: Asking): Promise<EventStore> {
  const erase = { environmentId: plan.environmentId, where: 'uid % 2 = 1', params: {} };
  await store.eraseRows('experiment_unit', erase);
  const insertSelect: EventStore['insertSelect'] = async (query) => {
    await store.insertSelect(query);
    await store.eraseRows('experiment_unit', erase);
  };
  return { ...store, insertSelect };
}

test('The last computation, or one of everything, tells rows that are wrong even when they are made anew, and its figures are those of all items', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  await storeBetween(generated(plan, 31, 2), 0, from + 24 * hour);
  const at = (hours: number) => asking(plan, from + hours * hour);
  const first = await deriveFigures(at(24), onward, undefined);
  // Nothing is known yet, and no comparison would be due for a day.
  const store = await losing(at(25));
  const whole = await deriveFigures({ ...at(25), store, isFull: true }, onward, first.state);
  expect([whole.derivation, whole.disagreed]).toEqual(['differs', ['figures']]);
  expect(whole.state.failedCheck).toEqual({ as: 'differs', at: new Date(from + 25 * hour) });
  expect(await isRight(at(25), whole.figures)).toBe(true);
  // After the stop the rows are others, which are written in the same way.
  const ended = { from: iso(from), to: iso(from + 26 * hour) };
  const late = new EventStoreFailure({ kind: 'timeout', reason: 'TIMEOUT_EXCEEDED' }, undefined);
  for (const isFull of [false, true]) {
    const unread = { ...at(26), store: withoutItems({ ...at(26), store }, late), isFull };
    await expect(deriveFigures(unread, ended, whole.state)).rejects.toThrow(late);
    const stopped = await deriveFigures({ ...at(26), store, isFull }, ended, whole.state);
    expect([stopped.derivation, stopped.state.failedCheck?.as]).toEqual(['differs', 'differs']);
    const { caps } = stopped.figures;
    const right = await readRawMetrics(at(26), true, { caps, isEnded: true });
    expect(areTheSame(metricsOf(stopped.figures), right)).toBe(true);
  }
  // Emptied rows forget nothing either.
  await store.eraseRows('experiment_unit', { environmentId: plan.environmentId, where: '1', params: {} });
  const emptied = await deriveFigures({ ...at(27), store }, onward, whole.state);
  expect(emptied.derivation).toBe('differs');
  expect(await isRight(at(27), emptied.figures)).toBe(true);
  const mended = await deriveFigures({ ...at(28), isFull: true }, onward, emptied.state);
  expect([mended.derivation, mended.disagreed, mended.state.failedCheck]).toEqual(['full', [], undefined]);
  expect(await isRight(at(28), mended.figures)).toBe(true);
});

test('Where the last computation can not be compared with all items, its figures stay, and say so', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  await storeBetween(generated(plan, 37, 2), 0, from + 24 * hour);
  const now = asking(plan, from + 24 * hour);
  const failure = new EventStoreFailure({ kind: 'memory', reason: 'a limit' }, undefined);
  const whole = await deriveFigures({ ...now, store: withoutItems(now, failure), isFull: true }, onward, undefined);
  expect([whole.derivation, whole.disagreed, whole.state.failedCheck?.as]).toEqual(['unchecked', [], 'unchecked']);
  expect(await isRight(now, whole.figures)).toBe(true);
});

test('Of a read and a delivery of one arm at once the read counts, in whichever order they are stored', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 1) });
  const exposed = (user: string, delivered: boolean, stored: number): RawExposure => ({
    item_id: randomUUID(),
    environment_id: plan.environmentId,
    at: from + minute,
    skew_ms: 0,
    accepted_at: stored,
    stored_at: stored,
    units: { user },
    flag: 'f',
    variant: 'a',
    iteration_id: plan.iterationId,
    delivered,
  });
  const users = Array.from({ length: 20 }, (_, index) => `u-${index}`);
  // Of the second half the read comes later than the delivery.
  const halves = [users.slice(0, 10), users.slice(10)];
  let state: DerivedState | undefined;
  for (const [step, reads] of [10, 20].entries()) {
    const until = from + (step + 1) * hour;
    const items = halves.flatMap((half, place) => half.map((user) => exposed(user, step !== place, until - minute)));
    await insertRaw(eventStore.store, 'exposure', items, randomUUID());
    const derived = await deriveFigures(asking(plan, until), onward, state);
    ({ state } = derived);
    const expected = [{ period: 1, arm: 0, reads, deliveries: 20 - reads }];
    expect([derived.derivation, derived.figures.firstSeen]).toEqual([step === 0 ? 'full' : 'incremental', expected]);
    const whole = await deriveFigures({ ...asking(plan, until), isFull: true }, onward, state);
    expect(whole.figures.firstSeen).toEqual(expected);
  }
});

test.for(['timeout', 'memory'] as const)(
  'A comparison with all items that comes to a limit (%s) loses no figures: they stay those of the rows, say so, and it is tried again later',
  async (kind) => {
    const plan = newPlan({ metrics: metrics.slice(0, 2) });
    await storeBetween(generated(plan, 37, 2), 0, from + 24 * hour);
    const day = 24 * hour;
    const { state } = await deriveFigures(asking(plan, from + day), onward, undefined);
    const failure = new EventStoreFailure({ kind, reason: 'a limit' }, undefined);
    const now = asking(plan, from + 2 * day);
    const unchecked = await deriveFigures({ ...now, store: withoutItems(now, failure) }, onward, state);
    expect([unchecked.derivation, unchecked.disagreed]).toEqual(['unchecked', []]);
    expect(await isRight(now, unchecked.figures)).toBe(true);
    const between = asking(plan, from + 2 * day + statsLimits.derivedRecheckMs - 1);
    const standing = await deriveFigures({ ...between, store: withoutItems(between, failure) }, onward, unchecked.state);
    expect(standing.derivation).toBe('unchecked');
    const later = asking(plan, from + 2 * day + statsLimits.derivedRecheckMs);
    const refused = new EventStoreFailure({ kind: 'query', code: 1, reason: 'refused' }, undefined);
    await expect(deriveFigures({ ...later, store: withoutItems(later, refused) }, onward, standing.state)).rejects.toThrow(
      refused,
    );
    const checked = await deriveFigures(later, onward, standing.state);
    expect(checked.derivation).toBe('checked');
    expect((await deriveFigures(asking(plan, from + 2 * day + 7 * hour), onward, checked.state)).derivation).toBe('incremental');
  },
);

test('Where only exposures can not be counted from all items, what was added up stays, and nothing is said to agree', async () => {
  const plan = newPlan({
    metrics: metrics.slice(0, 2),
    exclusions: [{ name: 'Bots', filter: { property: 'attributes.agent', operator: '=', value: 'bot' } }],
  });
  const raw = generated(plan, 41, 2);
  await storeBetween(raw, 0, from + 24 * hour);
  const day = 24 * hour;
  const { state } = await deriveFigures(asking(plan, from + day), onward, undefined);
  const now = asking(plan, from + 2 * day);
  const late = new EventStoreFailure({ kind: 'timeout', reason: 'TIMEOUT_EXCEEDED' }, undefined);
  const store: EventStore = {
    ...now.store,
    query: (query) => (query.sql.includes('uniqExactIf(unit_uid') ? Promise.reject(late) : now.store.query(query)),
  };
  const unchecked = await deriveFigures({ ...now, store }, onward, state);
  expect([unchecked.derivation, unchecked.disagreed]).toEqual(['unchecked', []]);
  expect(unchecked.figures.exposures).toEqual(exposuresUntil(plan, raw.exposures, from + 2 * day));
});

test('Inserts that were under way while rows were written are no difference between rows and raw items', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  const raw = generated(plan, 13, 2);
  await storeBetween(raw, 0, from + hour);
  const { state } = await deriveFigures(asking(plan, from + hour), onward, undefined);
  const now = asking(plan, from + 26 * hour);
  let isSeen = false;
  // The last items are stored in time, and seen only when the rows are written.
  const insertSelect: typeof now.store.insertSelect = async (query) => {
    await now.store.insertSelect(query);
    if (isSeen) return;
    isSeen = true;
    const late = { stored_at: from + 26 * hour - minute };
    const events = raw.events.filter(({ stored_at: at }) => at > from + hour).map((event) => ({ ...event, ...late }));
    await insertRaw(now.store, 'event', events, randomUUID());
  };
  const derived = await deriveFigures({ ...now, store: { ...now.store, insertSelect } }, onward, state);
  expect(derived.derivation).toBe('checked');
  expect(await isRight(now, derived.figures)).toBe(true);
});

test("When the event store's clock went back, rows of a later computation hide nothing", async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  const raw = generated(plan, 17, 3);
  await storeBetween(raw, 0, from + 3 * hour);
  let { state } = await deriveFigures(asking(plan, from + 3 * hour), onward, undefined);
  for (const [until, derivation] of [
    [from + 2 * hour, 'full'],
    [from + 3 * hour, 'incremental'],
  ] as const) {
    const now = asking(plan, until);
    const derived = await deriveFigures(now, onward, state);
    state = derived.state;
    expect(derived.derivation).toBe(derivation);
    expect(await isRight(now, derived.figures)).toBe(true);
  }
});

test('An item that is sent again in another month counts once', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  const at = Date.UTC(2026, 2, 31, 23, 59, 59);
  const later = at + 2 * hour;
  const item = { environment_id: plan.environmentId, at, units: { user: 'u-1' } };
  const copies = <T extends object>(more: T) =>
    [at + 500, later].map((time, index) => ({
      ...item,
      ...more,
      item_id: `${uuidTime(at)}-7000-8000-000000000001`,
      // The sender's clock lies five minutes off, more or less.
      skew_ms: index * 5 * minute,
      accepted_at: time,
      stored_at: time,
    }));
  const exposures = copies({ flag: 'f', variant: 'a', iteration_id: plan.iterationId });
  const events = copies({ event: 'purchase', value: 7 });
  for (const copy of exposures) await insertRaw(eventStore.store, 'exposure', [copy], randomUUID());
  for (const copy of events) await insertRaw(eventStore.store, 'event', [copy], randomUUID());
  const derived = await deriveFigures(asking(plan, later + hour), onward, undefined);
  expect(armFigures(plan, derived.figures)[0]).toMatchObject({
    units: 1,
    mixedUnits: 0,
    metrics: [{ successes: 1 }, { sum: 7 }],
  });
  expect(derived.figures.exposures).toMatchObject([{ variant: 'a', items: 1 }]);
});

test('A copy that was accepted first and stored last, out of the spool of a replica that was away, counts once, also where merges have dropped the other', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 2) });
  const at = from + minute;
  const item = { environment_id: plan.environmentId, at, units: { user: 'u-1' }, skew_ms: 0 };
  const exposure = { ...item, item_id: randomUUID(), flag: 'f', variant: 'a', iteration_id: plan.iterationId };
  await insertRaw(eventStore.store, 'exposure', [{ ...exposure, accepted_at: at, stored_at: at }], randomUUID());
  const event = { ...item, item_id: randomUUID(), event: 'purchase', value: 7 };
  const retried = { ...event, accepted_at: at + 1_000, stored_at: at + 2_000 };
  await insertRaw(eventStore.store, 'event', [retried], randomUUID());
  const first = await deriveFigures(asking(plan, from + hour), onward, undefined);
  const spooled = { ...event, accepted_at: at, stored_at: from + 2 * hour };
  await insertRaw(eventStore.store, 'event', [spooled], randomUUID());
  await eventStore.store.command('OPTIMIZE TABLE event FINAL');
  const next = await deriveFigures(asking(plan, from + 3 * hour), onward, first.state);
  // What was computed before is computed again: an attempt of a job that was cut off.
  const again = await deriveFigures(asking(plan, from + hour), onward, undefined);
  for (const { figures } of [first, next, again])
    expect(armFigures(plan, figures)[0]).toMatchObject({ units: 1, metrics: [{ successes: 1 }, { sum: 7 }] });
});

test('A cap by quantile that is frozen stays where everything is made anew, as in the last computation of all', async () => {
  const plan = newPlan({ metrics: metrics.slice(-1) });
  const buy = async (at: number, factor: number): Promise<void> => {
    const items = Array.from({ length: statsLimits.capUnits }, (_, index) => ({
      item_id: randomUUID(),
      environment_id: plan.environmentId,
      at,
      skew_ms: 0,
      accepted_at: at,
      stored_at: at,
      units: { user: `u-${index}` },
    }));
    const exposures = items.map((item) => ({ ...item, flag: 'f', variant: 'a', iteration_id: plan.iterationId }));
    const events = items.map((item, index) => ({
      ...item,
      item_id: randomUUID(),
      event: 'purchase',
      value: factor * (index + 1),
    }));
    await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
    await insertRaw(eventStore.store, 'event', events, randomUUID());
  };
  await buy(from + minute, 1);
  const first = await deriveFigures(asking(plan, from + hour), onward, undefined);
  expect(first.figures.caps['m0']).toBeCloseTo(900, -1);
  await buy(from + hour + minute, 10);
  for (const isFull of [false, true]) {
    const next = await deriveFigures({ ...asking(plan, from + 2 * hour), isFull }, onward, first.state);
    expect(next.derivation).toBe(isFull ? 'full' : 'incremental');
    expect(next.figures.caps).toEqual(first.figures.caps);
  }
});

test('Rebuilding what is derived gives the same links and the same figures', async () => {
  const plan = newPlan({ unitKind: 'device', metrics: metrics.slice(0, 2) });
  await storeBetween(generated(plan, 7, 2), 0, from + 24 * hour);
  const first = await deriveFigures(asking(plan, from + 24 * hour), onward, undefined);
  const links = () =>
    eventStore.store.query({
      environmentId: plan.environmentId,
      sql: 'SELECT kind, uid, other_uid, min(first_seen_ms) AS seen, min(identity_link.stored_at) AS stored FROM identity_link WHERE environment_id = {environmentId:UUID} GROUP BY kind, uid, other_uid ORDER BY kind, uid, other_uid',
    });
  const before = await links();
  expect(before.length).toBeGreaterThan(50);
  // The second time it has to write again what it wrote the first time.
  for (const removed of ['all', 'some']) {
    const where = removed === 'all' ? '1' : 'uid % 2 = 0';
    await eventStore.store.eraseRows('identity_link', { environmentId: plan.environmentId, where, params: {} });
    const told: string[] = [];
    await rebuildDerived(eventStore.store, ({ kind }) => told.push(kind));
    expect(new Set(told)).toEqual(new Set(['links', 'units']));
    expect(await links()).toEqual(before);
  }
  const again = await deriveFigures(asking(plan, from + 24 * hour), onward, first.state);
  expect(again.derivation).toBe('full');
  expect(areTheSame(metricsOf(again.figures), metricsOf(first.figures))).toBe(true);
});

test('What an exclusion leaves out is counted by its name, and by the first that fits', async () => {
  const plan = newPlan({
    metrics: [],
    exclusions: [
      { name: 'Staff', filter: { property: 'unit.user', operator: 'contains', value: '@example.com' } },
      { name: 'Old', filter: { property: 'sdkVersion', operator: '=', value: '0.1' } },
      { name: 'Bots', filter: { not: { property: 'attributes.agent', operator: 'exists' } } },
    ],
  });
  const exposed = (user: string, more: object): RawExposure => ({
    item_id: randomUUID(),
    environment_id: plan.environmentId,
    at: from,
    skew_ms: 0,
    accepted_at: from,
    stored_at: from + 1,
    units: { user },
    flag: 'f',
    variant: 'a',
    iteration_id: plan.iterationId,
    ...more,
  });
  const browser = { attributes: { agent: 'browser' } };
  const exposures = [
    exposed('u-1', browser),
    exposed('ann@example.com', {}),
    exposed('ann@example.com', browser),
    exposed('u-2', { ...browser, sdk_version: '0.1' }),
    exposed('u-3', {}),
    exposed('u-2', browser),
  ];
  await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
  const { figures } = await deriveFigures(asking(plan, from + hour), onward, undefined);
  expect(armFigures(plan, figures)[0]).toMatchObject({ units: 2, mixedUnits: 0 });
  expect(figures.exposures).toEqual([
    { variant: 'a', exclusion: 0, items: 2, withoutUnit: 0, units: 0 },
    { variant: 'a', exclusion: 1, items: 2, withoutUnit: 0, units: 1 },
    { variant: 'a', exclusion: 2, items: 1, withoutUnit: 0, units: 1 },
    { variant: 'a', exclusion: 3, items: 1, withoutUnit: 0, units: 1 },
  ]);
  expect(figures.days).toEqual([{ day: '2026-03-01', arm: 0, units: 2 }]);
});

test('Of a metric that ClickHouse refuses the cause and the query are kept, and the others have the figures that they have without it', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 3) });
  await storeBetween(generated(plan, 41, 1, true), 0, from + 2 * hour);
  // Nested deeper than its parser goes; limits keep such a filter out of definitions.
  let filter: PropertyFilter = { property: 'page', operator: '=', value: 'cart' };
  for (let depth = 0; depth < 3_000; depth++) filter = { not: filter };
  const refused: MetricPlan = {
    ...planned('refused', { type: 'conversion', event: 'purchase' }),
    definition: { ...planned('x', { type: 'conversion', event: 'purchase' }).definition, filter } as MetricDefinition,
  };
  const now = asking(plan, from + 2 * hour);
  const broken = { ...now, plan: { ...plan, metrics: [...plan.metrics.slice(0, 1), refused, ...plan.metrics.slice(1)] } };
  const good = await deriveGoodMetrics(now, onward, undefined);
  const found = await deriveGoodMetrics(broken, onward, undefined);
  expect(found.plan.metrics.map(({ kind, key }) => [kind, key])).toEqual([
    ['planned', 'bought'],
    ['failed', 'refused'],
    ['planned', 'revenue'],
    ['planned', 'largest'],
  ]);
  const message = expect.stringMatching(/^The event store refused the query of refused with its code \d+\.$/);
  const query = expect.stringContaining('FROM measured');
  expect(found.plan.metrics[1]).toMatchObject({ failure: { code: 'QUERY_FAILED', stage: 'figures', message, query } });
  expect(found.figures.metrics).toEqual(good.figures.metrics);
  // Where nothing is left, there is no result.
  const alone = deriveGoodMetrics({ ...now, plan: { ...plan, metrics: [refused] } }, onward, undefined);
  await expect(alone).rejects.toThrow('event store');
});

test('Values of few units add up to their figures, and units of a neighbour are told by both arms', async () => {
  const plan = newPlan({ metrics: metrics.slice(0, 5) });
  const other = newPlan({
    environmentId: plan.environmentId,
    metrics: [],
    arms: ['x', 'y'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
  });
  const raw = generated(plan, 7, 1, true);
  // Every unit is in the other experiment too: those of people with an even number see its second arm.
  const others = raw.exposures.map((exposure) => ({
    ...exposure,
    item_id: randomUUID(),
    iteration_id: other.iterationId,
    variant: Number(exposure.units.user?.slice(2)) % 2 === 0 ? 'y' : 'x',
  }));
  const until = from + 48 * hour;
  await storeBetween({ ...raw, exposures: [...raw.exposures, ...others] }, 0, until);
  const ended = { from: iso(from), to: iso(from + hour) };
  const asked = (of: ComputationPlan) => {
    const given = asking(of, until);
    return { ...given, bounds: { ...given.bounds, to: ended.to } };
  };
  await deriveFigures(asked(other), ended, undefined);
  const neighbour = { experimentKey: 'other', iterationId: other.iterationId, baselineVariant: 'x', variants: ['x', 'y'] };
  const first = await deriveFigures({ ...asked(plan), neighbours: async () => [neighbour] }, ended, undefined);
  const { figures } = first;
  // Of shares there are exact methods; all others have few units.
  expect(figures.unitValues.map(({ metric }) => metric)).toEqual(['revenue', 'largest', 'days', 'per-visit']);
  for (const { metric, periods } of figures.unitValues) {
    const read = figures.metrics[metrics.findIndex(({ key }) => key === metric)];
    if (read?.kind !== 'means') throw new Error(`${metric} is no mean`);
    for (const [arm, units] of (periods[0]?.arms ?? []).entries()) {
      const cells = read.matured.filter((cell) => cell.arm === arm);
      expect(units).toHaveLength(cells.reduce((sum, { n }) => sum + n, 0));
      const sum = units.reduce((all, [value = 0]) => all + value, 0);
      expect(sum).toBeCloseTo(
        cells.reduce((all, { n, means }) => all + n * (means[0] ?? 0), 0),
        6,
      );
    }
  }
  const [overlap] = figures.overlaps ?? [];
  expect(overlap).toMatchObject({ experimentKey: 'other', variants: ['x', 'y'] });
  const bought = figures.metrics[0];
  if (bought?.kind !== 'means') throw new Error('a share is a mean');
  for (const arm of [0, 1]) {
    const own = overlap?.cells.filter((cell) => cell.arm === arm) ?? [];
    expect(own.map(({ otherArm }) => otherArm)).toEqual([0, 1]);
    expect(own.reduce((sum, { n }) => sum + n, 0)).toBe(bought.arms[arm]?.maturedUnits);
    expect(Math.round(own.reduce((sum, { n, means }) => sum + n * (means[0] ?? 0), 0))).toBe(
      bought.arms[arm]?.maturedConversions,
    );
  }
  // What is new alone is looked at the next time: others are not asked for.
  expect(
    (await deriveFigures({ ...asked(plan), neighbours: async () => [neighbour] }, ended, first.state)).figures.overlaps,
  ).toBeNull();
});

test('A metric that takes too long is left out of the last attempt, and of no other: before it the others may have been the reason', async () => {
  const slow = planned('slow', { type: 'conversion', event: 'visit' });
  const plan = newPlan({ metrics: [...metrics.slice(0, 1), slow] });
  await storeBetween(generated(plan, 43, 1, true), 0, from + 2 * hour);
  const now = asking(plan, from + 2 * hour);
  const late = new EventStoreFailure({ kind: 'timeout', reason: 'TIMEOUT_EXCEEDED' }, undefined);
  const isSlow = ({ params }: { readonly params?: object }): boolean => JSON.stringify(params ?? {}).includes('"visit"');
  const store: EventStore = {
    ...now.store,
    query: (query) => (isSlow(query) ? Promise.reject(late) : now.store.query(query)),
    insertSelect: (query) => (isSlow(query) ? Promise.reject(late) : now.store.insertSelect(query)),
  };
  await expect(deriveGoodMetrics({ ...now, store }, onward, undefined)).rejects.toThrow('TIMEOUT_EXCEEDED');
  const found = await deriveGoodMetrics({ ...now, store, isLastAttempt: true }, onward, undefined);
  expect(found.plan.metrics).toMatchObject([
    { kind: 'planned', key: 'bought' },
    {
      kind: 'failed',
      key: 'slow',
      failure: { code: 'QUERY_FAILED', stage: 'figures', message: 'slow takes longer than one query may.' },
    },
  ]);
  expect(found.figures.metrics).toHaveLength(1);
});
