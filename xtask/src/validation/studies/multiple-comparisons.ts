import { benjaminiHochberg, holm, normalSurvival, type SeededRandom } from '@stitchd/statistics';
import { meanFigure, shareFigure, type Cell } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const correlation = 0.3;
const alpha = 0.05;
const rate = 0.1;

/** Many metrics of one experiment. */
export const multipleComparisons = {
  key: 'multiple-comparisons',
  title: 'Many metrics at once',
  explanation:
    'Twelve metrics that hang together (ρ = 0.3). Holm, which decides between arms, may call any of the untouched ones in 5 of 100 experiments; Benjamini and Hochberg, which marks secondary metrics, may have a share of 10 % of false ones among those it calls.',
  cells: [cellOf(0), cellOf(2)],
};

function cellOf(real: number): Cell {
  return {
    name: real === 0 ? '12 without effect' : `${12 - real} without effect, ${real} with one of 3 standard errors`,
    replications: { fast: 500, full: 20_000 },
    judge: (totals) => {
      const all = totalOf(totals, 'all');
      const falseShare = { sum: totalOf(totals, 'false'), squares: totalOf(totals, 'false²'), trials: all };
      return [
        shareFigure('any false call, Holm', totalOf(totals, 'holm'), all, { high: alpha }),
        meanFigure('share of false calls, Benjamini–Hochberg', falseShare, { high: rate }),
        shareFigure('any false call, without correction', totalOf(totals, 'none'), all),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const pValues = scores(random, real).map((z) => 2 * normalSurvival(Math.abs(z)));
        const isNull = (_: number, metric: number): boolean => metric >= real;
        const stepwise = benjaminiHochberg(pValues);
        const called = stepwise.filter((p) => p <= rate).length;
        const wrong = stepwise.filter(isNull).filter((p) => p <= rate).length;
        tally.add('all');
        tally.addIf(
          'holm',
          holm(pValues)
            .filter(isNull)
            .some((p) => p <= alpha),
        );
        tally.addIf(
          'none',
          pValues.filter(isNull).some((p) => p <= alpha),
        );
        tally.addValue('false', called === 0 ? 0 : wrong / called);
      }
      return tally.totals();
    },
  };
}

function scores(random: SeededRandom, real: number): readonly number[] {
  const common = Math.sqrt(correlation) * random.normal();
  return Array.from({ length: 12 }, (_, metric) => {
    const own = common + Math.sqrt(1 - correlation) * random.normal();
    return metric < real ? own + 3 : own;
  });
}
