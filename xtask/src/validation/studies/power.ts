import { bernoulliVariance, obrienFlemingBoundary, requiredUnits, sequentialInflation } from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const bar = obrienFlemingBoundary(alpha);

/** Experiments whose effect is the planned one. */
export const power = {
  key: 'power',
  title: 'Finding what is there',
  explanation:
    'Experiments with exactly the planned effect, sized for a power of 80 %. The planned design looks at every step and is given 1.07 times the units of a test for one look; it should find the effect as often, and sooner. With one look a day instead of one an hour the bar is a little too high for what it has to hold, and 2 to 3 points are lost.',
  cells: [cellOf(0.1, 0.11, 336), cellOf(0.1, 0.11, 14)],
};

function cellOf(base: number, treated: number, looks: number): Cell {
  const { control } = requiredUnits({
    controlVariance: bernoulliVariance(base),
    treatmentVariance: bernoulliVariance(treated),
    difference: treated - base,
    alpha,
    power: 0.8,
  });
  const perLook = Math.ceil((control * sequentialInflation) / looks);
  return {
    name: `conversions from ${base * 100} to ${treated * 100} %, ${looks} looks`,
    replications: { fast: 60, full: 20_000 },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      const shares = { sum: totalOf(totals, 'share'), squares: totalOf(totals, 'share²'), trials: all };
      return [
        shareFigure('found', totalOf(totals, 'found'), all, { low: looks > 100 ? 0.77 : 0.75, high: 0.83 }),
        shareFigure('found in the wrong direction', totalOf(totals, 'wrong'), all, { high: 0.005 }),
        meanFigure('share of the plan used', shares, { high: 0.8 }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        let [units, a, b, foundAt, direction] = [0, 0, 0, 0, 0];
        for (let look = 1; look <= looks && foundAt === 0; look += 1) {
          units += perLook;
          a += binomial(random, perLook, base);
          b += binomial(random, perLook, treated);
          const variance = (a * (1 - a / units) + b * (1 - b / units)) / units / (units - 1);
          const z = variance === 0 ? 0 : (b - a) / units / Math.sqrt(variance);
          if (Math.abs(z) < bar / Math.sqrt(look / looks)) continue;
          foundAt = look;
          direction = Math.sign(z);
        }
        tally.add('all');
        tally.addIf('found', direction > 0);
        tally.addIf('wrong', direction < 0);
        tally.addValue('share', foundAt === 0 ? 1 : foundAt / looks);
      }
      return tally.totals();
    },
  };
}
