import { obrienFlemingBoundary, type SeededRandom } from '@stitchd/statistics';
import { shareFigure } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const bar = obrienFlemingBoundary(0.05);
const unitsPerArm = 300;
const windowDays = 7;
const enrolmentDays = 14;
const lastDay = enrolmentDays + windowDays;

interface Unit {
  readonly arm: 0 | 1;
  readonly enteredOn: number;
  /** Running sum of what it did, day by day since it entered. */
  readonly sums: readonly number[];
}

/** Units that go on acting while they are looked at. */
export const windows = {
  key: 'windows',
  title: 'Units that are still being measured',
  explanation:
    'Most units come in the first days, and each goes on acting. Looking at sums that are still growing breaks the test even with a boundary; figures of a closed window, the first seven days of each unit and only units that have completed them, keep it. That is why there is no verdict on open figures.',
  cells: [
    {
      name: 'daily looks, no effect, most traffic early',
      replications: { fast: 30, full: 4000 },
      judge: (totals: Readonly<Record<string, number>>) => [
        shareFigure('called, closed window', totalOf(totals, 'closed'), totalOf(totals, 'all'), { high: 0.055 }),
        shareFigure('called, open sums', totalOf(totals, 'open'), totalOf(totals, 'all')),
      ],
      simulate: (random: SeededRandom, replications: number) => {
        const tally = new Tally();
        for (let index = 0; index < replications; index += 1) {
          const units = [...arm(random, 0), ...arm(random, 1)];
          let [open, closed] = [false, false];
          for (let day = 1; day <= lastDay; day += 1) {
            const seen = units.filter((unit) => unit.enteredOn < day);
            const mature = units.filter((unit) => unit.enteredOn + windowDays <= day);
            if (day <= enrolmentDays) open ||= isCalled(seen, (unit) => unit.sums[day - unit.enteredOn - 1] ?? 0);
            closed ||= isCalled(mature, (unit) => unit.sums[windowDays - 1] ?? 0);
          }
          tally.add('all');
          tally.addIf('open', open);
          tally.addIf('closed', closed);
        }
        return tally.totals();
      },
    },
  ],
};

function arm(random: SeededRandom, which: 0 | 1): readonly Unit[] {
  return Array.from({ length: unitsPerArm }, () => {
    const habit = 0.3 * random.normal();
    // Each day brings 0.6 of the day before's newcomers.
    const enteredOn = Math.min(enrolmentDays - 1, Math.floor(Math.log(1 - random.uniform()) / Math.log(0.6)));
    let sum = 0;
    const sums = Array.from({ length: enrolmentDays - enteredOn > windowDays ? enrolmentDays - enteredOn : windowDays }, () => {
      sum += habit + random.normal();
      return sum;
    });
    return { arm: which, enteredOn, sums };
  });
}

function isCalled(units: readonly Unit[], valueOf: (unit: Unit) => number): boolean {
  const counts = [0, 0];
  const sums = [0, 0];
  const squares = [0, 0];
  for (const unit of units) {
    const value = valueOf(unit);
    counts[unit.arm] = (counts[unit.arm] ?? 0) + 1;
    sums[unit.arm] = (sums[unit.arm] ?? 0) + value;
    squares[unit.arm] = (squares[unit.arm] ?? 0) + value * value;
  }
  const [n0 = 0, n1 = 0] = counts;
  if (n0 < 30 || n1 < 30) return false;
  const mean = (side: 0 | 1): number => (sums[side] ?? 0) / (counts[side] ?? 0);
  const variance = (side: 0 | 1): number => {
    const n = counts[side] ?? 0;
    return ((squares[side] ?? 0) - n * mean(side) ** 2) / (n - 1) / n;
  };
  const share = units.length / (2 * unitsPerArm);
  return Math.abs(mean(1) - mean(0)) / Math.sqrt(variance(0) + variance(1)) >= bar / Math.sqrt(share);
}
