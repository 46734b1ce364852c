import {
  emptyCrossMoments,
  meanStatistic,
  quantileEstimate,
  ratioStatistic,
  unitsBeyondPerSquaredCritical,
  type Conversions,
  type Estimate,
  type EstimateRefusal,
  type Statistic,
  type Stratum,
} from '@stitchd/statistics';
import type { Cell, MeansFigures, QuantileArm, QuantileFigures } from '../computation/figures.ts';

/** Units that are compared: those whose window has closed, or all of them. */
export type Units = 'matured' | 'all';

/** What is estimated in each arm, and by what it is adjusted where units have a history. */
export function statisticsOf({ columns }: MeansFigures): {
  readonly target: Statistic;
  readonly covariates: readonly Statistic[];
} {
  switch (columns[0]) {
    case 'y':
      return { target: meanStatistic(0), covariates: columns.length === 2 ? [meanStatistic(1)] : [] };
    case 'numerator':
      return { target: ratioStatistic(0, 1), covariates: columns.length === 4 ? [ratioStatistic(2, 3)] : [] };
  }
}

/** Two arms by period and stratum, the baseline first; periods and strata without any unit are left out. */
export function strataOf(
  figures: MeansFigures,
  units: Units,
  arms: { readonly baseline: number; readonly treatment: number },
): readonly (readonly Stratum[])[] {
  const cells = figures[units];
  const { covariates } = statisticsOf(figures);
  const periods = [...new Set(cells.map(({ period }) => period))].toSorted((a, b) => a - b);
  const strata = periods.map((period) =>
    (['history', 'new'] as const).flatMap((stratum): readonly Stratum[] => {
      const of = (arm: number): Cell | undefined =>
        cells.find((cell) => cell.period === period && cell.stratum === stratum && cell.arm === arm);
      const pair = [of(arms.baseline), of(arms.treatment)];
      if (pair.every((cell) => (cell?.n ?? 0) === 0)) return [];
      const empty = emptyCrossMoments(figures.columns.length);
      return [{ key: stratum, arms: pair.map((cell) => cell ?? empty), covariates: stratum === 'history' ? covariates : [] }];
    }),
  );
  return strata.filter((each) => each.length > 0);
}

/** Units by period of the two arms. */
export function unitsByPeriod(periods: readonly (readonly Stratum[])[]) {
  const sum = (strata: readonly Stratum[], arm: number): number => strata.reduce((n, { arms }) => n + (arms[arm]?.n ?? 0), 0);
  const counts = periods.map((strata) => ({ control: sum(strata, 0), treatment: sum(strata, 1) }));
  return {
    periods: counts,
    control: counts.reduce((n, { control }) => n + control, 0),
    treatment: counts.reduce((n, { treatment }) => n + treatment, 0),
  };
}

/** Of a metric of 0 and 1, for the exact methods. */
export function conversionsOf(figures: MeansFigures, units: Units, arm: number): Conversions | undefined {
  const facts = figures.arms[arm];
  if (!figures.isShare || facts === undefined) return undefined;
  return units === 'matured'
    ? { successes: facts.maturedConversions, trials: facts.maturedUnits }
    : { successes: facts.conversions, trials: facts.units };
}

/** A quantile of one arm; refused where too few of its units lie beyond it. */
export function quantileOf(
  { level }: QuantileFigures,
  arm: QuantileArm | undefined,
): { readonly kind: 'ok'; readonly estimate: Estimate } | { readonly kind: 'not-computable'; readonly reason: EstimateRefusal } {
  if (arm?.estimate == null || arm.low === null || arm.high === null) return { kind: 'not-computable', reason: 'too-few-units' };
  const { units, estimate, low, high, criticalValue } = arm;
  const least = unitsBeyondPerSquaredCritical * criticalValue * criticalValue;
  if (units * Math.min(level, 1 - level) < least) return { kind: 'not-computable', reason: 'too-few-units' };
  return quantileEstimate({ n: units, value: estimate, lower: low, upper: high }, { criticalValue });
}
