import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  combineCrossMoments,
  compareArms,
  crossMomentsOf,
  emptyCrossMoments,
  estimateOf,
  meanStatistic,
  ratioStatistic,
  removeCrossMoments,
  sampleRatioEvidence,
  evidenceOfPeriods,
  simultaneous,
  type ArmAnswer,
  type ArmQuestion,
  type CrossMoments,
  type Statistic,
} from './index.ts';
import { relativeError } from './shared-material.test-support.ts';

const runs = { seed: 20_261_128, numRuns: 60 };

type Row = readonly [value: number, size: number, past: number, pastSize: number];
/** Numerators and denominators of a unit, now and before. */
const rows = fc.array(
  fc
    .tuple(
      fc.integer({ min: 0, max: 40 }),
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: -6, max: 6 }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([taste, size, noise, change]): Row => [taste * size + noise, size + change, taste * size, size]),
  { minLength: 30, maxLength: 60 },
);
const arms = fc.tuple(rows, rows);
const periods = fc.array(arms, { minLength: 1, maxLength: 3 });

const statistics: readonly (readonly [name: string, target: Statistic, covariate: Statistic])[] = [
  ['a mean', meanStatistic(0), meanStatistic(2)],
  ['a ratio', ratioStatistic(0, 1), ratioStatistic(2, 3)],
];

type Pair = readonly [control: readonly Row[], treatment: readonly Row[]];
type Moments = readonly [control: CrossMoments, treatment: CrossMoments];

function momentsOf([control, treatment]: Pair): Moments {
  return [crossMomentsOf(control), crossMomentsOf(treatment)];
}

function ask(moments: readonly Moments[], [, target, covariate]: (typeof statistics)[number]): ArmAnswer {
  const question: ArmQuestion = {
    periods: moments.map((pair) => [{ key: 'all', arms: pair, covariates: [covariate] }]),
    target,
    adjustment: 'on',
    rule: { kind: 'planned', share: 0.7 },
    alpha: 0.05,
  };
  const outcome = compareArms(question);
  if (outcome.kind !== 'ok') throw new Error(outcome.reason);
  return outcome;
}

/** Equal but for rounding, with signs or scale as said. */
function expectAlike(found: ArmAnswer, expected: ArmAnswer, { sign = 1, scale = 1 } = {}): void {
  const size = Math.abs(expected.difference) + Math.sqrt(expected.control.variance + expected.treatment.variance);
  expect(Math.abs(found.difference / scale - sign * expected.difference) / size).toBeLessThan(1e-9);
  expect(Math.abs(found.look.z - sign * expected.look.z)).toBeLessThan(1e-7);
  expect(relativeError(found.look.pValue, expected.look.pValue)).toBeLessThan(1e-6);
  expect(found.look.isCrossed).toBe(expected.look.isCrossed);
  const [low = 0, high = 0] = [expected.look.interval?.low, expected.look.interval?.high];
  const [foundLow = 0, foundHigh = 0] = [found.look.interval?.low, found.look.interval?.high];
  expect(Math.abs(foundLow / scale - (sign > 0 ? low : -high)) / size).toBeLessThan(1e-8);
  expect(Math.abs(foundHigh / scale - (sign > 0 ? high : -low)) / size).toBeLessThan(1e-8);
}

for (const statistic of statistics) {
  const [name] = statistic;

  test(`${name} over periods, adjusted by its past: swapping the arms turns the effect around, and nothing else`, () => {
    fc.assert(
      fc.property(periods, (all) => {
        const swapped = all.map(([control, treatment]): Pair => [treatment, control]);
        expectAlike(ask(swapped.map(momentsOf), statistic), ask(all.map(momentsOf), statistic), { sign: -1 });
      }),
      runs,
    );
  });

  test(`${name} in another unit has the same p-value, verdict and lift`, () => {
    fc.assert(
      fc.property(periods, fc.constantFrom(0.001, 100, 1e6), (all, factor) => {
        const scaled = all.map(
          (pair) =>
            pair.map((arm) =>
              arm.map(([value, size, past, pastSize]): Row => [factor * value, size, factor * past, pastSize]),
            ) as unknown as Pair,
        );
        const [here, there] = [ask(all.map(momentsOf), statistic), ask(scaled.map(momentsOf), statistic)];
        expectAlike(there, here, { scale: factor });
        expect(there.lift.kind).toBe(here.lift.kind);
        if (here.lift.kind === 'measurable' && there.lift.kind === 'measurable')
          expect(there.lift.lift).toBeCloseTo(here.lift.lift, 9);
      }),
      runs,
    );
  });

  test(`${name}: in whatever parts and order units arrive, also with some taken away again, the answer is the same`, () => {
    fc.assert(
      fc.property(arms, rows, fc.integer({ min: 1, max: 25 }), fc.infiniteStream(fc.nat()), (pair, later, cut, keys) => {
        const [control, treatment] = pair;
        const shuffled = control
          .map((row) => ({ row, key: keys.next().value }))
          .toSorted((a, b) => a.key - b.key)
          .map(({ row }) => row);
        const parts = combineCrossMoments(crossMomentsOf(shuffled.slice(cut)), crossMomentsOf(shuffled.slice(0, cut)));
        const taken = removeCrossMoments(combineCrossMoments(parts, crossMomentsOf(later)), crossMomentsOf(later));
        const whole = ask([momentsOf(pair)], statistic);
        expectAlike(ask([[parts, crossMomentsOf(treatment)]], statistic), whole);
        expectAlike(ask([[taken, crossMomentsOf(treatment.toReversed())]], statistic), whole);
      }),
      runs,
    );
  });

  test(`${name}: a period without units in an arm changes nothing`, () => {
    fc.assert(
      fc.property(arms, rows, (pair, lonely) => {
        const moments = momentsOf(pair);
        const more: readonly Moments[] = [moments, [crossMomentsOf(lonely), emptyCrossMoments(4)]];
        expectAlike(ask(more, statistic), ask([moments], statistic));
      }),
      runs,
    );
  });

  test(`${name}: every unit twice has the same value, and its variance falls as n − 1 units of 2n − 1`, () => {
    fc.assert(
      fc.property(rows, (sample) => {
        const moments = crossMomentsOf(sample);
        const [one, two] = [moments, combineCrossMoments(moments, moments)].map((each) => estimateOf(each, statistic[1]));
        if (one?.kind !== 'ok' || two?.kind !== 'ok') throw new Error('estimates were expected');
        const { n, value, variance } = one.estimate;
        expect(two.estimate.value).toBeCloseTo(value, 9);
        expect(two.estimate.variance).toBeCloseTo((variance * (n - 1)) / (2 * n - 1), 9);
      }),
      runs,
    );
  });
}

test('the evidence on a split does not depend on the order of arms or periods', () => {
  const count = fc.integer({ min: 0, max: 5000 });
  fc.assert(
    fc.property(count, count, count, count, (a, b, c, d) => {
      const [first, second] = [
        [
          { units: a, weight: 1 },
          { units: b, weight: 3 },
        ],
        [
          { units: c, weight: 1 },
          { units: d, weight: 1 },
        ],
      ];
      const forth = evidenceOfPeriods([first ?? [], second ?? []]).logEvidence;
      const back = evidenceOfPeriods([second?.toReversed() ?? [], first?.toReversed() ?? []]).logEvidence;
      expect(Math.abs(forth - back)).toBeLessThan(1e-7 * (1 + Math.abs(forth)));
      const one = sampleRatioEvidence(first ?? []);
      const scaled = sampleRatioEvidence((first ?? []).map(({ units, weight }) => ({ units, weight: weight * 7 })));
      expect(Math.abs(one.logEvidence - scaled.logEvidence)).toBeLessThan(1e-7 * (1 + Math.abs(one.logEvidence)));
    }),
    runs,
  );
});

test('arms judged together are judged alike in any order', () => {
  const p = fc.double({ min: 1e-12, max: 1, noNaN: true });
  fc.assert(
    fc.property(fc.array(p, { minLength: 1, maxLength: 6 }), (pValues) => {
      const questions = pValues.map((pValue, index) => ({
        pValue,
        difference: index + 1,
        interval: { low: -1, high: index + 3 },
      }));
      const forth = simultaneous(questions, 0.05);
      const back = simultaneous(questions.toReversed(), 0.05).toReversed();
      expect(back.map(({ adjustedPValue }) => adjustedPValue)).toEqual(forth.map(({ adjustedPValue }) => adjustedPValue));
    }),
    runs,
  );
});
