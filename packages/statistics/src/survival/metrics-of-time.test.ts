import { expect, test } from 'vitest';
import { capEffect, freezeCap, type CapState } from '../caps/pooled-cap.ts';
import { DomainError } from '../domain-error.ts';
import { funnel, retention } from '../funnels/funnel.ts';
import { interactionOf } from '../interactions/interaction.ts';
import { momentsOfConversions } from '../moments/moments.ts';
import { kaplanMeier, restrictedMean } from './kaplan-meier.ts';

/** 6-MP arm of Freireich et al. 1963: the textbook example, weeks of remission. */
const remission = [
  { start: 0, atRisk: 21, events: 0 },
  { start: 6, atRisk: 21, events: 3 },
  { start: 7, atRisk: 17, events: 1 },
  { start: 10, atRisk: 15, events: 1 },
  { start: 13, atRisk: 12, events: 1 },
  { start: 16, atRisk: 11, events: 1 },
  { start: 22, atRisk: 7, events: 1 },
  { start: 23, atRisk: 6, events: 1 },
];

test('the remission of leukaemia has the printed survival: 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448', () => {
  const curve = kaplanMeier(remission);
  expect(curve.slice(1).map(({ survival }) => survival.toFixed(3))).toEqual([
    '0.857',
    '0.807',
    '0.753',
    '0.690',
    '0.627',
    '0.538',
    '0.448',
  ]);
  expect(curve.slice(1).map(({ standardError }) => standardError.toFixed(3))).toEqual([
    '0.076',
    '0.087',
    '0.096',
    '0.107',
    '0.114',
    '0.128',
    '0.135',
  ]);
});

test('without censoring the restricted mean is the mean of the times cut at the horizon, its variance theirs', () => {
  const times = [1, 2, 2, 3, 5, 8];
  const bins = [0, ...new Set(times)].map((start) => ({
    start,
    atRisk: times.filter((time) => time >= start).length,
    events: times.filter((time) => time === start).length,
  }));
  const horizon = 9;
  const outcome = restrictedMean(bins, horizon);
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  const mean = times.reduce((sum, time) => sum + time, 0) / times.length;
  const squares = times.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  expect(outcome.estimate.value).toBeCloseTo(mean, 12);
  expect(outcome.estimate.variance).toBeCloseTo(squares / times.length / times.length, 12);
});

test('nobody and bins that can not be are refused', () => {
  expect(restrictedMean([], 5)).toEqual({ kind: 'not-computable', reason: 'too-few-units' });
  expect(() => restrictedMean(remission, 20)).toThrow(DomainError);
  expect(() => kaplanMeier([{ start: 0, atRisk: 3, events: 4 }])).toThrow(DomainError);
  expect(() =>
    kaplanMeier([
      { start: 0, atRisk: 3, events: 1 },
      { start: 1, atRisk: 3, events: 0 },
    ]),
  ).toThrow(DomainError);
});

test('a cap waits for a thousand units and then never moves', () => {
  const waiting: CapState = { kind: 'waiting', nonZeroUnits: 0 };
  const early = freezeCap(waiting, { nonZeroUnits: 999, quantile: 50, atMs: 1 });
  expect(early).toEqual({ kind: 'waiting', nonZeroUnits: 999 });
  const frozen = freezeCap(early, { nonZeroUnits: 1000, quantile: 60, atMs: 2 });
  expect(frozen).toEqual({ kind: 'frozen', cap: 60, frozenAtMs: 2 });
  expect(freezeCap(frozen, { nonZeroUnits: 5000, quantile: 70, atMs: 3 })).toBe(frozen);
  expect(capEffect({ units: 200, cappedUnits: 2, sum: 1000, cappedSum: 900 })).toEqual({
    cappedUnits: 2,
    shareOfUnits: 0.01,
    shareOfValue: 0.1,
  });
  expect(capEffect({ units: 0, cappedUnits: 0, sum: 0, cappedSum: 0 }).shareOfUnits).toBe(0);
  expect(() => capEffect({ units: 1, cappedUnits: 2, sum: 1, cappedSum: 1 })).toThrow(DomainError);
});

test("a funnel's metric is the last step of all exposed, its steps are shares of the step before", () => {
  const { converted, steps } = funnel(1000, [400, 100, 0, 0]);
  expect(converted).toEqual(momentsOfConversions(0, 1000));
  expect(steps.map(({ shareOfPrevious }) => shareOfPrevious)).toEqual([0.4, 0.25, 0, undefined]);
  expect(steps[1]?.standardError).toBeCloseTo(Math.sqrt((0.25 * 0.75) / 400), 14);
  expect(retention(50, 20)).toEqual(momentsOfConversions(20, 50));
  expect(() => funnel(10, [11])).toThrow(DomainError);
  expect(() => funnel(10, [])).toThrow(DomainError);
  expect(() => retention(5, 6)).toThrow(DomainError);
});

const cell = (value: number, n = 1000) => ({ n, value, variance: 1 / n, degreesOfFreedom: n - 1 });

test('two experiments that add up have no interaction, one that undoes the other has', () => {
  const additive = interactionOf({ neither: cell(10), firstOnly: cell(11), secondOnly: cell(12), both: cell(13) });
  expect(additive).toMatchObject({ kind: 'ok', interaction: 0, pValue: 1, assignmentPValue: 1 });
  const undone = interactionOf({ neither: cell(10), firstOnly: cell(11), secondOnly: cell(11), both: cell(10) });
  expect(undone.kind === 'ok' && undone.pValue).toBeLessThan(1e-10);
  const dependent = interactionOf({
    neither: cell(0, 1500),
    firstOnly: cell(0, 500),
    secondOnly: cell(0, 500),
    both: cell(0, 1500),
  });
  expect(dependent.kind === 'ok' && dependent.assignmentPValue).toBeLessThan(1e-100);
  expect(interactionOf({ neither: cell(10, 1), firstOnly: cell(1), secondOnly: cell(1), both: cell(1) })).toMatchObject({
    reason: 'too-few-units',
  });
});
