import {
  adjustedEstimates,
  compareEstimates,
  emptyCrossMoments,
  meanStatistic,
  type CrossMoments,
  type SeededRandom,
} from '@stitchd/statistics';
import { binomial } from '../samples/binomial.ts';
import { normalPairMoments } from '../samples/sum-of-normals.ts';
import { meanFigure, shareFigure, type Cell, type Figure } from '../study.ts';
import { Tally, totalOf } from '../tally.ts';

const alpha = 0.05;
const unitsPerArm = 1000;
const effect = 0.1;

/** What the adjustment by a unit's own past gains. */
export const adjustment = {
  key: 'adjustment',
  title: "What a unit's past is worth",
  explanation:
    'Experiments with an effect, in which the metric correlates by ρ with the same units’ past and some units have none. New units are a stratum of their own; the variance should fall to 1 − (1 − new)·ρ² of itself, without moving the estimate.',
  cells: [0.3, 0.5, 0.7, 0.9].flatMap((correlation) => [0, 0.3, 0.6].map((newShare) => cellOf(correlation, newShare))),
};

function cellOf(correlation: number, newShare: number): Cell {
  const theory = 1 - (1 - newShare) * correlation * correlation;
  return {
    name: `ρ = ${correlation}, ${newShare * 100} % new`,
    replications: { fast: 60, full: 20_000 },
    judge: (totals) => {
      const trials = totalOf(totals, 'all');
      const mean = (name: string, key: string, band: Figure['band']): Figure =>
        meanFigure(name, { sum: totalOf(totals, key), squares: totalOf(totals, `${key}²`), trials }, band);
      return [
        mean('variance kept', 'ratio', { low: theory * 0.95, high: theory * 1.05 }),
        mean('bias in standard errors', 'bias', { low: -0.1, high: 0.1 }),
        shareFigure('effect contained', totalOf(totals, 'contained'), trials, { low: 0.944, high: 0.956 }),
      ];
    },
    simulate: (random, replications) => {
      const tally = new Tally();
      for (let index = 0; index < replications; index += 1) {
        const arms = [arm(random, { correlation, newShare, shift: 0 }), arm(random, { correlation, newShare, shift: effect })];
        const strata = [
          { key: 'has history', arms: arms.map(({ known }) => known), covariates: [meanStatistic(1)] },
          ...(newShare === 0 ? [] : [{ key: 'new', arms: arms.map(({ fresh }) => fresh), covariates: [] }]),
        ];
        const outcome = adjustedEstimates(strata, meanStatistic(0));
        const [control, treatment] = outcome.kind === 'ok' ? outcome.arms : [];
        if (outcome.kind !== 'ok' || control === undefined || treatment === undefined) throw new Error('not adjusted');
        const compared = compareEstimates(control, treatment, { alpha });
        if (compared.kind !== 'ok') throw new Error(compared.reason);
        tally.add('all');
        tally.addValue('ratio', outcome.varianceRatio);
        tally.addValue('bias', (compared.difference - effect) / compared.standardError);
        tally.addIf('contained', compared.interval.low <= effect && effect <= compared.interval.high);
      }
      return tally.totals();
    },
  };
}

function arm(
  random: SeededRandom,
  world: { readonly correlation: number; readonly newShare: number; readonly shift: number },
): { readonly known: CrossMoments; readonly fresh: CrossMoments } {
  const fresh = binomial(random, unitsPerArm, world.newShare);
  const known = normalPairMoments(random, unitsPerArm - fresh, world.correlation, world.shift);
  if (fresh === 0) return { known, fresh: emptyCrossMoments(2) };
  const { n, means, products } = normalPairMoments(random, fresh, 0, world.shift);
  // A new unit's past is 0 for everybody.
  return {
    known,
    fresh: {
      n,
      means: [means[0] ?? 0, 0],
      products: [
        [products[0]?.[0] ?? 0, 0],
        [0, 0],
      ],
    },
  };
}
