import { atFullRollout, compareEstimates, weeklyTraffic, type Estimate, type SeededRandom } from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const level = 1 - alpha;
const enrolledShare = 0.4;
/** How much each weekday differs from the week's mean. */
const weekdays = [1.15, 1.1, 1.05, 1.05, 1, 0.85, 0.8];

/** What an effect is worth to everybody. */
export const fullRollout = {
  key: 'full-rollout',
  title: 'Worth a week, at full rollout',
  explanation:
    'An effect per unit, times the eligible units of a week, of which 40 % take part in the experiment: neither is quite known. The interval is made of the worst ends of both, so that it never says anything else than the verdict; it contains the truth at least as often as 95 in 100 times, and mostly more often.',
  cells: [cellOf(2), cellOf(0.1), cellOf(0)],
};

function cellOf(effect: number): Cell {
  const perDay = 3000;
  const truth = (effect * 7 * perDay) / enrolledShare;
  return {
    name: `an effect of ${effect} on a value of 20 ± 40, about ${perDay.toLocaleString('en')} new units a day`,
    replications: { fast: 100, full: 10_000 },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      return [
        shareFigure('worth of a week contained', totalOf(totals, 'held'), all, { low: effect === 0 ? 0.945 : 0.95 }),
        shareFigure('0 excluded otherwise than by the verdict', totalOf(totals, 'parted'), all, { high: 0 }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const days = weekdays.map((factor) => binomial(random, 10 * perDay, 0.1 * factor));
        const traffic = weeklyTraffic(days, { enrolledShare, level });
        const half = days.reduce((sum, units) => sum + units, 0) / 2;
        const compared = compareEstimates(arm(random, half, 20), arm(random, half, 20 + effect), { alpha });
        if (traffic.kind !== 'ok' || compared.kind !== 'ok') throw new Error('a week was not enough');
        const { interval } = atFullRollout(compared, traffic);
        tally.add('all');
        tally.addIf('held', interval.low <= truth && truth <= interval.high);
        const excludes = ({ low, high }: { readonly low: number; readonly high: number }): boolean => low > 0 || high < 0;
        tally.addIf('parted', excludes(interval) !== excludes(compared.interval));
      }
      return tally.totals();
    },
  };
}

function arm(random: SeededRandom, n: number, mean: number): Estimate {
  const variance = 1600 / n;
  return { n, value: mean + Math.sqrt(variance) * random.normal(), variance, degreesOfFreedom: n - 1 };
}
