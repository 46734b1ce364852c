import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { relativeError } from '../shared-material.test-support.ts';
import { normalQuantile, normalSurvival } from '../special-functions/normal.ts';
import { sequenceCriticalValue, sequencePValue } from './confidence-sequence.ts';
import { judgeLook, signedScore } from './look.ts';
import { endDateCriticalValue, endDatePValue, lookPValue, obrienFlemingBoundary } from './obrien-fleming.ts';
import { crossedOrBeyond, supremumSurvival } from './supremum.ts';
import { hasParted, noLooks, recordLook, type RecordedLook } from './verdict.ts';

test.for([
  [0.1, 1.959963949418646],
  [0.05, 2.2414027273321415],
  [0.02, 2.575829303548522],
  [0.01, 2.8070337683438016],
  [0.001, 3.4807564043462107],
] as const)("O'Brien–Fleming at α = %d: c = %d", ([alpha, expected]) => {
  expect(relativeError(obrienFlemingBoundary(alpha), expected)).toBeLessThan(1e-10);
  expect(relativeError(supremumSurvival(obrienFlemingBoundary(alpha)), alpha)).toBeLessThan(1e-11);
});

test.for([
  [3.5, 0.3, 0.1104684897018189],
  [2.5, 0.8, 0.05069463731552962],
  [1.96, 1, 0.0999915723875521],
  [4.5, 0.25, 0.048897890590609755],
] as const)('at z = %d and t = %d the p-value of the look is %d', ([z, share, expected]) => {
  expect(relativeError(lookPValue(z, share), expected)).toBeLessThan(1e-11);
  expect(lookPValue(-z, share)).toBe(lookPValue(z, share));
});

test('both series agree where they meet, fall from 1, and never reach 0', () => {
  expect(Math.abs(supremumSurvival(1 - 1e-13) - supremumSurvival(1))).toBeLessThan(1e-12);
  const falling = [0, 0.1, 0.3, 0.6, 0.9, 1, 1.1, 2, 5, 20].map(supremumSurvival);
  expect(falling[0]).toBe(1);
  expect(falling).toEqual(falling.toSorted((a, b) => b - a));
  expect(lookPValue(1e6, 1)).toBeGreaterThan(0);
});

test.for([
  [0.3, 1.95996],
  [0.6, 1.96108],
  [0.8, 1.98128],
  [0.95, 2.06809],
] as const)('at the end date with t = %d the last look has the bar %d', ([share, expected]) => {
  expect(endDateCriticalValue(0.05, share)).toBeCloseTo(expected, 4);
});

test('the last look spends exactly what is left of α, and at t = 1 it is an ordinary one', () => {
  expect(endDateCriticalValue(0.05, 1)).toBeCloseTo(obrienFlemingBoundary(0.05), 6);
  const bar = obrienFlemingBoundary(0.05);
  expect(crossedOrBeyond(bar, bar, 1)).toBeCloseTo(0.05, 11);
  const critical = endDateCriticalValue(0.05, 0.7);
  expect(endDatePValue(critical, 0.7, 0.05)).toBeCloseTo(0.05, 11);
  expect(endDatePValue(critical * 1.01, 0.7, 0.05)).toBeLessThan(0.05);
  expect(endDatePValue(6, 0.7, 0.05)).toBe(lookPValue(6, 0.7));
  expect(endDatePValue(0, 0.7, 0.05)).toBe(1);
});

test.for([
  [1000, 5000, 3.363887725782781],
  [5000, 5000, 3.0352089903762534],
  [20_000, 5000, 3.1271141436879906],
  [100_000, 5000, 3.336857533786599],
  [100_000, 100_000, 3.035208990376253],
] as const)('the confidence sequence of %d units tuned at %d is %d standard errors wide', ([units, tuningUnits, expected]) => {
  const question = { units, tuningUnits, alpha: 0.05, sides: 'two' } as const;
  expect(relativeError(sequenceCriticalValue(question), expected)).toBeLessThan(1e-12);
  expect(relativeError(sequencePValue(expected, question), 0.05)).toBeLessThan(1e-11);
});

test('one side is narrower than two, and its p-value is its own inverse', () => {
  const one = { units: 20_000, alpha: 0.05, sides: 'one' } as const;
  const critical = sequenceCriticalValue(one);
  expect(critical).toBeLessThan(sequenceCriticalValue({ ...one, sides: 'two' }));
  expect(sequencePValue(critical, one)).toBeCloseTo(0.05, 11);
  expect(sequencePValue(-critical, one)).toBe(1);
  expect(sequencePValue(0, one)).toBe(1);
  expect(sequencePValue(1e200, one)).toBeGreaterThan(0);
});

test('a look is called exactly where its interval excludes 0, with few degrees of freedom too', () => {
  const rules = [
    { kind: 'planned', share: 0.5 },
    { kind: 'planned', share: 0.5, isEndDate: true },
    { kind: 'unplanned', units: 800 },
    { kind: 'fixed' },
  ] as const;
  for (const rule of rules) {
    for (const pValue of [0.5, 0.06, 0.04, 0.003, 1e-4, 1e-9]) {
      const t = 2.5;
      const look = judgeLook({ difference: t, standardError: 1, pValue, degreesOfFreedom: 12 }, rule, 0.05);
      if (look.kind !== 'ok' || look.interval === undefined) throw new Error('a judged look was expected');
      expect(look.isCrossed).toBe(pValue <= look.nominalAlpha);
      expect(look.isCrossed).toBe(look.pValue <= 0.05 + 1e-12);
      expect(look.criticalValue ?? 0).toBeGreaterThan(look.bar);
      expect(look.interval.high - look.interval.low).toBeCloseTo(2 * (look.criticalValue ?? 0), 12);
    }
  }
});

test('an exact p-value is judged without an interval, and nothing is called before anything could be', () => {
  const look = judgeLook({ difference: -1, pValue: 1e-30 }, { kind: 'planned', share: 0.2 }, 0.05);
  expect(look).toMatchObject({ kind: 'ok', isCrossed: true });
  expect(look).not.toHaveProperty('interval');
  expect(judgeLook({ difference: -1, pValue: 1e-30 }, { kind: 'planned', share: 0.003 }, 0.05)).toEqual({ kind: 'too-early' });
  expect(signedScore(0.05, -3)).toBeCloseTo(normalQuantile(0.025), 12);
  expect(Number.isFinite(signedScore(Number.MIN_VALUE, 1))).toBe(true);
  expect(2 * normalSurvival(signedScore(0.01, 1))).toBeCloseTo(0.01, 14);
});

const crossing = (atMs: number, difference: number, share: number, isEndDate = false): RecordedLook => {
  const judged = judgeLook({ difference, pValue: 1e-12 }, { kind: 'planned', share }, 0.05);
  if (judged.kind !== 'ok') throw new Error('too early');
  return { atMs, share, isEndDate, snapshotHash: 'abc', judged };
};

test('the first crossing stays, whatever comes later, and the running p-value only falls', () => {
  const first = recordLook(noLooks, crossing(1, 2, 0.4));
  const later = recordLook(first, crossing(2, -2, 0.6));
  expect(later.verdict).toEqual(first.verdict);
  expect(later.verdict).toMatchObject({ atMs: 1, direction: 'up', share: 0.4, snapshotHash: 'abc' });
  expect(later.runningPValue).toBeLessThanOrEqual(first.runningPValue);
  expect(hasParted(later.verdict ?? { ...crossing(0, 1, 1), direction: 'up', z: 0, bar: 0 }, { low: -1, high: 2 })).toBe(true);
  expect(hasParted({ atMs: 1, share: 1, z: -3, bar: 2, snapshotHash: '', direction: 'down' }, { low: -1, high: -0.5 })).toBe(
    false,
  );
});

test('after the plan or the end date nothing is called any more', () => {
  const quiet = judgeLook({ difference: 1, pValue: 0.5 }, { kind: 'planned', share: 1 }, 0.05);
  if (quiet.kind !== 'ok') throw new Error('too early');
  const atPlan = recordLook(noLooks, { atMs: 1, share: 1, isEndDate: false, snapshotHash: 'a', judged: quiet });
  expect(atPlan.isClosed).toBe(true);
  expect(recordLook(atPlan, crossing(2, 5, 1))).toBe(atPlan);
  expect(recordLook(noLooks, crossing(1, 2, 0.4, true)).isClosed).toBe(true);
});

test('levels, shares and p-values out of range are refused', () => {
  for (const alpha of [0, 1, Number.NaN]) expect(() => obrienFlemingBoundary(alpha)).toThrow(DomainError);
  for (const share of [0, 1.1, Number.NaN]) {
    expect(() => lookPValue(1, share)).toThrow(DomainError);
    expect(() => endDateCriticalValue(0.05, share)).toThrow(DomainError);
    expect(() => judgeLook({ difference: 1, pValue: 0.5 }, { kind: 'planned', share }, 0.05)).toThrow(DomainError);
  }
  for (const pValue of [0, 2, Number.NaN])
    expect(() => judgeLook({ difference: 1, pValue }, { kind: 'fixed' }, 0.05)).toThrow(DomainError);
  expect(() => supremumSurvival(-1)).toThrow(DomainError);
  expect(() => crossedOrBeyond(3, 2, 0.5)).toThrow(DomainError);
  expect(() => sequenceCriticalValue({ units: 0, alpha: 0.05, sides: 'two' })).toThrow(DomainError);
  expect(() => sequenceCriticalValue({ units: 10, alpha: 0.5, sides: 'two' })).toThrow(DomainError);
});
