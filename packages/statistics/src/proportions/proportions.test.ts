import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DomainError } from '../domain-error.ts';
import { relativeError } from '../shared-material.test-support.ts';
import { normalQuantile } from '../special-functions/normal.ts';
import type { Conversions } from './conversions.ts';
import { fisherExact } from './fisher-exact.ts';
import { newcombeInterval } from './newcombe.ts';
import { wilsonInterval } from './wilson.ts';

const runs = { seed: 20_260_106, numRuns: 400 };
const criticalValue = -normalQuantile(0.025);
const conversions: fc.Arbitrary<Conversions> = fc
  .integer({ min: 1, max: 60 })
  .chain((trials) => fc.record({ trials: fc.constant(trials), successes: fc.integer({ min: 0, max: trials }) }));
const of = (successes: number, trials: number): Conversions => ({ successes, trials });

test("the ends of Wilson's interval are the rates that the observed one is just the critical value away from", () => {
  fc.assert(
    fc.property(conversions, ({ successes, trials }) => {
      const { low, high } = wilsonInterval({ successes, trials }, criticalValue);
      const rate = successes / trials;
      for (const end of [low, high]) {
        const squaredDistance = (rate - end) ** 2;
        expect(squaredDistance).toBeCloseTo((criticalValue ** 2 * end * (1 - end)) / trials, 12);
      }
      expect(low).toBeLessThanOrEqual(rate);
      expect(high).toBeGreaterThanOrEqual(rate);
    }),
    runs,
  );
});

test('nobody and everybody have an interval that ends at exactly 0 and 1', () => {
  const none = wilsonInterval(of(0, 50), criticalValue);
  expect(none.low).toBe(0);
  expect(none.high).toBeCloseTo(criticalValue ** 2 / (50 + criticalValue ** 2), 14);
  expect(wilsonInterval(of(50, 50), criticalValue).high).toBe(1);
});

test("Newcombe's interval of his own example (56 of 70 against 48 of 80) is the printed one", () => {
  const interval = newcombeInterval(of(48, 80), of(56, 70), criticalValue);
  expect(interval.low.toFixed(4)).toBe('0.0524');
  expect(interval.high.toFixed(4)).toBe('0.3339');
});

test("Newcombe's interval stays within −1 and 1 and turns around with the arms", () => {
  fc.assert(
    fc.property(conversions, conversions, (control, treatment) => {
      const interval = newcombeInterval(control, treatment, criticalValue);
      expect(interval.low).toBeGreaterThanOrEqual(-1);
      expect(interval.high).toBeLessThanOrEqual(1);
      const back = newcombeInterval(treatment, control, criticalValue);
      expect(back.low).toBeCloseTo(-interval.high, 14);
    }),
    runs,
  );
});

/** All tables with these margins, by whole binomial coefficients. */
function enumerated(control: Conversions, treatment: Conversions): { readonly pValue: number; readonly midPValue: number } {
  const choose = (n: number, k: number): bigint => {
    let result = 1n;
    for (let i = 1; i <= k; i += 1) result = (result * BigInt(n - k + i)) / BigInt(i);
    return k > n ? 0n : result;
  };
  const successes = control.successes + treatment.successes;
  const ways = (count: number): bigint => choose(control.trials, count) * choose(treatment.trials, successes - count);
  const observed = ways(control.successes);
  const possible: bigint[] = [];
  for (let count = Math.max(0, successes - treatment.trials); count <= Math.min(successes, control.trials); count += 1)
    possible.push(ways(count));
  const sum = (of: readonly bigint[]): bigint => of.reduce((total, value) => total + value, 0n);
  const total = Number(sum(possible));
  const upTo = Number(sum(possible.filter((way) => way <= observed)));
  const tied = Number(sum(possible.filter((way) => way === observed)));
  return possible.length === 1 ? { pValue: 1, midPValue: 1 } : { pValue: upTo / total, midPValue: (upTo - tied / 2) / total };
}

test("Fisher's p-values are those of counting all tables", () => {
  fc.assert(
    fc.property(conversions, conversions, (control, treatment) => {
      const actual = fisherExact(control, treatment);
      const expected = enumerated(control, treatment);
      expect(relativeError(actual.pValue, expected.pValue)).toBeLessThan(1e-10);
      expect(relativeError(actual.midPValue, expected.midPValue)).toBeLessThan(1e-10);
    }),
    runs,
  );
});

test('a far tail keeps its digits, and a large table is no trouble', () => {
  expect(relativeError(fisherExact(of(100, 1000), of(0, 1000)).pValue, 1.1650899652629878e-31)).toBeLessThan(1e-10);
  const large = fisherExact(of(500_000, 10_000_000), of(500_900, 10_000_000));
  expect(large.pValue).toBeGreaterThan(0.3);
  expect(large.pValue).toBeLessThan(0.4);
  expect(large.midPValue).toBeLessThan(large.pValue);
});

test('a billion units in each arm are answered, without a table for each of them', () => {
  expect(fisherExact({ successes: 0, trials: 1e9 }, { successes: 2e5, trials: 1e9 }).midPValue).toBe(Number.MIN_VALUE);
  expect(fisherExact({ successes: 29, trials: 1e9 }, { successes: 29, trials: 1e9 }).pValue).toBeCloseTo(1, 9);
});

test('where only one table is possible nothing can be learnt', () => {
  expect(fisherExact(of(0, 10), of(0, 20))).toEqual({ pValue: 1, midPValue: 1 });
  expect(fisherExact(of(10, 10), of(20, 20))).toEqual({ pValue: 1, midPValue: 1 });
});

test('counts and critical values that can not be are refused', () => {
  for (const wrong of [of(2, 1), of(-1, 1), of(0, 0), of(0.5, 2), of(Number.NaN, 2)]) {
    expect(() => wilsonInterval(wrong, criticalValue)).toThrow(DomainError);
    expect(() => newcombeInterval(of(1, 2), wrong, criticalValue)).toThrow(DomainError);
    expect(() => fisherExact(wrong, of(1, 2))).toThrow(DomainError);
  }
  for (const value of [0, -1, Infinity, Number.NaN]) expect(() => wilsonInterval(of(1, 2), value)).toThrow(DomainError);
});
