import { expect, test } from 'vitest';
import type { OverlapFigures } from '../../computation/figures.ts';
import { analyseLook, type Analysis } from '../analyse.ts';
import { conversion, lookAt, shares } from '../analysis-inputs.test-support.ts';

const signup = conversion('signup');
const metrics = [[signup, shares([1_000, 10_000], [1_100, 10_000])]] as const;

/** Shares of 10 % and so on in 5,000 units of each pair of arms: [neither, other only, own only, both]. */
function overlap(rates: readonly [number, number, number, number], units = [5_000, 5_000, 5_000, 5_000]): OverlapFigures {
  const cell = (arm: number, otherArm: number, place: number) => {
    const [n, rate] = [units[place] ?? 0, rates[place] ?? 0];
    return { arm, otherArm, n, means: [rate], products: [[n * rate * (1 - rate)]] };
  };
  return {
    experimentKey: 'search',
    baselineVariant: 'old',
    variants: ['old', 'new'],
    cells: [cell(0, 0, 0), cell(0, 1, 1), cell(1, 0, 2), cell(1, 1, 3)],
  };
}

const lookWith = (overlaps: readonly OverlapFigures[] | null, past?: Analysis) =>
  analyseLook(lookAt({ metrics, figures: { overlaps }, past: { evidence: past?.evidence ?? null } }));
const check = ({ results }: Analysis) => results.health.find((each) => each.check === 'overlaps');

test('An effect that another experiment turns round is a warning with both effects, and no verdict', () => {
  const analysis = lookWith([overlap([0.1, 0.1, 0.14, 0.08])]);
  const found = check(analysis);
  expect(found).toMatchObject({ status: 'warning' });
  expect(found?.cause).toContain('The effect of green on signup is −0.02 for units that see new of search, and +0.04 for those');
  expect(found?.remedy).toContain('one layer');
  expect(analysis.results.decision.code).toBe(lookWith([]).results.decision.code);
  // The next look does not ask, and says what was found.
  expect(check(lookWith(null, analysis))).toEqual(found);
});

test('Effects that are alike, and too few shared units, are well', () => {
  expect(check(lookWith([overlap([0.1, 0.12, 0.11, 0.13])]))).toMatchObject({
    status: 'ok',
    cause: 'Of 1 other experiment that shares units none is seen to change the effect on signup.',
  });
  const few = check(lookWith([overlap([0.1, 0.1, 0.9, 0.1], [5_000, 5_000, 99, 5_000])]));
  expect(few).toMatchObject({ status: 'ok' });
  expect(few?.cause).toContain('none shares enough');
  expect(check(lookWith([overlap([0, 0, 0, 0], [0, 0, 0, 0])]))?.cause).toBe('No other running experiment has the same units.');
  expect(check(lookWith(null))).toMatchObject({ status: 'waiting' });
});

test('Arms that go together are named: one experiment decides who reaches the other', () => {
  const found = check(lookWith([overlap([0.1, 0.1, 0.11, 0.11], [6_000, 4_000, 4_000, 6_000])]));
  expect(found).toMatchObject({ status: 'warning' });
  expect(found?.cause).toContain('goes together with its arm in search');
});
