import { expect, test } from 'vitest';
import type { MeansFigures } from '../computation/figures.ts';
import type { ComputedMetric } from '../results/metric-result.ts';
import { analyseLook, type Analysis } from './analyse.ts';
import { conversion, dayMs, lookAt, shares, startMs, type Look } from './analysis-inputs.test-support.ts';

const iso = (day: number): string => new Date(startMs + day * dayMs).toISOString();
const signup = conversion('signup', 'primary', { windowHours: 24 });

/** A look on a day at what was stopped on an earlier one; on day 17 it is the last. */
function stoppedOn(stop: number, day: number, { settings, ...look }: Look, last?: Analysis): Analysis {
  const past = last === undefined ? {} : { states: last.states, evidence: last.evidence };
  const given = lookAt({
    ...look,
    day,
    past,
    settings: { isRunning: false, isFinal: day === 17, finalAt: iso(17), ...settings },
  });
  return analyseLook({ ...given, bounds: { ...given.bounds, to: iso(stop) } });
}

function green({ results: { metrics } }: Analysis) {
  const found = (metrics[0] as ComputedMetric | undefined)?.comparisons[0];
  if (found === undefined) throw new Error('nothing was compared');
  return found;
}

/** Of so many exposed in each arm only some have matured. */
function maturing(every: readonly [number, number], ...matured: readonly (readonly [number, number])[]): MeansFigures {
  const all = shares(every, [Math.round(every[0] * 1.4), every[1]]);
  const known = shares(...matured);
  const arms = known.arms.map(({ maturedUnits, maturedConversions, sum }, arm) => ({
    ...all.arms[arm],
    maturedUnits,
    maturedConversions,
    sum,
  })) as MeansFigures['arms'];
  return { ...known, all: all.all, arms };
}

// z is 2.249: above every bar of an ended plan, below that of one that was stopped on its third day.
const leaning = { units: [1_500, 1_500], metrics: [[signup, shares([150, 1_500], [189, 1_500])]] } as const;
const byDays = { plannedUnits: null };
const byUnits = { plannedUnits: 20_000 };
const fixed = { plannedUnits: null, design: 'fixed-horizon' } as const;

test.for([
  // Two days of thirteen have matured at the stop, three in the end; 3,000 of 20,000 units all along.
  ['by days', byDays, 2 / 13, 3 / 13],
  ['by units', byUnits, 0.15, 0.15],
] as const)(
  'Stopped on day 3 of 14 a plan %s is judged by the share that has matured, never as if it had run to its end',
  ([, settings, share, finalShare]) => {
    for (const [day, t] of [
      [3, share],
      [10, finalShare],
      [17, finalShare],
    ] as const) {
      const { results, ...rest } = stoppedOn(3, day, { ...leaning, settings });
      const found = green({ results, ...rest });
      expect(results.sequential).toMatchObject({ isClosed: false, closedBy: null });
      expect(results.sequential.share).toBeCloseTo(t, 10);
      expect(found.z).toBeCloseTo(2.249, 3);
      expect(found.bar).toBeCloseTo(2.2414 / Math.sqrt(t), 3);
      expect(found).toMatchObject({ isCalled: false, verdict: null });
      expect(results.plan.elapsedDays).toBe(3);
      expect(results.decision).toMatchObject({ code: 'too-early', headline: 'Too little to say anything' });
    }
  },
);

test('A fixed horizon that was stopped before its end date has missed its one look, however long late data counts', () => {
  for (const stop of [3, 8]) {
    const { results, ...rest } = stoppedOn(stop, 17, { ...leaning, settings: fixed });
    expect(green({ results, ...rest })).toMatchObject({ bar: null, isCalled: false, effect: { interval: null } });
    expect(results.sequential.isClosed).toBe(false);
    expect(results.decision.code).toBe(stop === 3 ? 'too-early' : 'no-interval');
  }
  // A week's window: on day 17 all that the plan would have looked at has matured, but by a choice that may have seen the data.
  const week = { ...leaning, metrics: [[conversion('signup'), leaning.metrics[0][1]]] } as const;
  expect(stoppedOn(8, 17, { ...week, settings: fixed }).results.decision.code).toBe('no-interval');
});

test('What ran to its end date before the stop is judged as an ended plan, also after the stop', () => {
  const wins = { units: [5_000, 5_000], metrics: [[signup, shares([500, 5_000], [560, 5_000])]] } as const;
  for (const [settings, bar] of [
    [byDays, 2.2414],
    [byUnits, 1.96],
    [fixed, 1.96],
  ] as const) {
    const still = stoppedOn(14, 14.1, { ...leaning, settings });
    expect(still.results.sequential.closedBy).toBe(settings === byUnits ? 'end-date' : 'plan');
    const { results, ...rest } = stoppedOn(14, 17, { ...leaning, settings });
    expect(green({ results, ...rest }).bar).toBeCloseTo(bar, 1);
    expect(results.decision).toMatchObject({ code: 'ship', headline: 'Ship green' });
    // Once closed nothing more is called.
    const wider = stoppedOn(14, 14.1, { ...wins, metrics: [[signup, shares([500, 5_000], [501, 5_000])]], settings });
    expect(stoppedOn(14, 17, { ...wins, settings }, wider).results.decision.code).toBe('undecided');
  }
});

test('A plan by days whose units have all matured after the stop is whole; one that ran for less than a week is judged by that', () => {
  const week = conversion('signup');
  const shareOf = (stop: number, day: number, endsAt = 14) =>
    stoppedOn(stop, day, {
      ...leaning,
      metrics: [[week, leaning.metrics[0][1]]],
      settings: { ...byDays, endsAt: iso(endsAt) },
    }).results.sequential.share;
  // At the end date of a plan of 14 days the first seven have matured.
  expect(shareOf(10, 10)).toBeCloseTo(3 / 7, 10);
  expect(shareOf(10, 13)).toBeCloseTo(6 / 7, 10);
  expect(shareOf(10, 17)).toBe(1);
  expect(shareOf(5, 17)).toBeCloseTo(5 / 7, 10);
  // Half of ten days, but none of them saw a whole week.
  expect(shareOf(5, 17, 10)).toBeCloseTo(5 / 7, 10);
  // Planned for no longer, and over.
  expect(shareOf(5, 17, 5)).toBe(1);
});

test('Between the stop and the last results the page says what is still to come, advises nothing, and has no last word', () => {
  const week = conversion('signup');
  const unsaid = /undecided|decide by|restart|compatible|keep running|let it run|today's traffic/i;
  const looks = [
    [7.05, maturing([500, 10_000], [0, 0], [0, 0]), '0\u00A0%', 'too-early'],
    [12, maturing([500, 10_000], [250, 5_000], [275, 5_000]), '50\u00A0%', 'keep-running'],
  ] as const;
  for (const [day, figures, percent, code] of looks) {
    const { results } = stoppedOn(7, day, { units: [10_000, 10_000], metrics: [[week, figures]] });
    expect(results.decision).toMatchObject({
      code,
      headline: 'The last units are maturing',
      detail: [`It ended on May 8, 2026. ${percent} of the units have matured; the last results come on May 18, 2026.`],
      advice: 'Wait for the last results: units that were exposed before the stop still count.',
    });
    expect(JSON.stringify(results.decision)).not.toMatch(unsaid);
  }
  const last = stoppedOn(7, 17, { units: [10_000, 10_000], metrics: [[week, shares([500, 10_000], [510, 10_000])]] });
  expect(last.results.decision).toMatchObject({ code: 'undecided', advice: expect.stringContaining('Decide by cost') });
  // Nothing is left to mature before that: what can be said is said.
  const whole = stoppedOn(7, 15, { units: [5_000, 5_000], metrics: [[week, shares([250, 5_000], [255, 5_000])]] });
  expect(whole.results.decision).toMatchObject({
    code: 'undecided',
    detail: expect.arrayContaining([expect.stringContaining('50\u00A0% of it has matured')]),
  });
});

test('Where no stop said when the last results come, they come when the last window closes', () => {
  const look = {
    units: [10_000, 10_000],
    metrics: [[conversion('signup'), maturing([500, 10_000], [50, 1_000], [55, 1_000])]],
  } as const;
  const { results } = stoppedOn(8, 9, { ...look, settings: { finalAt: null } });
  expect(results.decision.detail.at(-1)).toContain('10\u00A0% of the units have matured; the last results come on May 16, 2026.');
});

test('A verdict that was called stays at the stop, with the open guardrails and the day of the last results', () => {
  const errors = conversion('errors', 'guardrail', { direction: 'decrease' });
  const look = {
    units: [10_000, 10_000],
    metrics: [
      [conversion('signup'), maturing([1_000, 10_000], [500, 5_000], [650, 5_000])],
      [errors, maturing([20, 10_000], [9, 5_000], [12, 5_000])],
    ],
    settings: { margins: { errors: 0.01 } },
  } as const;
  const { decision } = stoppedOn(10, 10.1, look).results;
  expect(decision).toMatchObject({
    code: 'ship-with-care',
    variant: 'green',
    advice: expect.stringContaining('Wait for the last results'),
  });
  expect(decision.detail.join(' ')).toMatch(/at the traffic of its last seven days: .* the last results come on May 18, 2026\.$/);
});

test('A fixed horizon whose end is the stop has its one look at the last computation, when its units have matured', () => {
  const settings = { ...fixed, endsAt: null };
  const before = stoppedOn(8, 8.1, { ...leaning, settings });
  expect(green(before)).toMatchObject({ bar: null, isCalled: false });
  expect(before.results.decision).toMatchObject({ code: 'keep-running', headline: 'The last units are maturing' });
  const last = stoppedOn(8, 17, { ...leaning, settings }, before);
  expect(green(last).bar).toBeCloseTo(1.96, 2);
  expect(last.results.decision.code).toBe('ship');
});

test('While a stop is under way a fixed horizon does not take the look that it has once: the last results say what all units say', () => {
  const settings = { ...fixed, endsAt: null };
  const stopping = { ...settings, isStopping: true, finalAt: null };
  const [early, whole] = [shares([500, 5_000], [650, 5_000]), shares([1_000, 10_000], [1_010, 10_000])];
  const before = stoppedOn(10, 10, { metrics: [[signup, early]], settings: stopping });
  expect(green(before)).toMatchObject({ bar: null, isCalled: false, verdict: null, effect: { interval: null } });
  expect(before.results.sequential).toMatchObject({ isClosed: false, closedBy: null });
  expect(before.results.decision).toMatchObject({
    code: 'keep-running',
    headline: 'The last units are maturing',
    detail: [
      'It is being stopped. 100\u00A0% of the units have matured; the last results come after the stop, when late data no longer counts.',
    ],
    advice: 'Wait for the last results: units that were exposed before the stop still count.',
  });
  const last = stoppedOn(10, 17, { metrics: [[signup, whole]], settings }, before);
  expect(green(last)).toMatchObject({ isCalled: false, verdict: null });
  expect(green(last).bar).toBeCloseTo(1.96, 2);
  expect(last.results.decision.code).toBe('undecided');
  expect(last.results.decision.detail.at(-1)).toBe('It ended on May 11, 2026.');
});
