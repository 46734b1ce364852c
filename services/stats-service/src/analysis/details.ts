import { emptyCrossMoments, holm, type Stratum } from '@stitchd/statistics';
import type { DimensionFigures, MeansFigures } from '../computation/figures.ts';
import type { DimensionResult, DimensionValueResult, ResultDetails, SinceExposureResult } from '../results/result-details.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import { compare, compareWithoutLook, type Question } from './compare.ts';
import type { ComputablePass } from './metric-pass.ts';
import { statisticsOf } from './metric-target.ts';
import type { Progress } from './plan-progress.ts';

/** By dimension and by day since the exposure: ideas for the next experiment, never a verdict. */
export function resultDetails(inputs: AnalysisInputs, progress: Progress, passes: readonly ComputablePass[]): ResultDetails {
  const names = [...new Set(inputs.figures.dimensions.map(({ name }) => name))];
  return {
    computedAt: inputs.computedAt,
    baselineVariant: inputs.plan.baselineVariant,
    dimensions: names.flatMap((name) =>
      passes.flatMap((pass): readonly DimensionResult[] => {
        const rows = inputs.figures.dimensions.filter((row) => row.name === name && row.metric === pass.metric.key);
        return pass.figures.kind === 'means' && rows.length > 0
          ? [dimensionResult(inputs, progress, name, pass.figures, rows)]
          : [];
      }),
    ),
    bySinceExposure: passes.flatMap(({ metric }) => sinceExposure(inputs, metric.key)),
  };
}

function dimensionResult(
  inputs: AnalysisInputs,
  progress: Progress,
  dimension: string,
  figures: MeansFigures,
  rows: readonly DimensionFigures[],
): DimensionResult {
  const sorted = rows.toSorted((a, b) => Number(a.isOther) - Number(b.isOther) || unitsIn(b) - unitsIn(a));
  const values = sorted.map((row) => dimensionValue(inputs, progress, figures, row));
  const pValues = values.flatMap(({ comparisons }) =>
    comparisons.flatMap(({ effect }) => (effect.pValue === null ? [] : [effect.pValue])),
  );
  const corrected = holm(pValues);
  let next = 0;
  return {
    dimension,
    metricKey: rows[0]?.metric ?? '',
    values: values.map((value) => ({
      ...value,
      comparisons: value.comparisons.map((comparison) => ({
        ...comparison,
        adjustedPValue: comparison.effect.pValue === null ? null : (corrected[next++] ?? 1),
      })),
    })),
  };
}

function unitsIn({ cells }: DimensionFigures): number {
  return cells.reduce((sum, { n }) => sum + n, 0);
}

function dimensionValue(
  { plan }: AnalysisInputs,
  progress: Progress,
  figures: MeansFigures,
  { value, isOther, cells }: DimensionFigures,
): DimensionValueResult {
  const { target } = statisticsOf(figures);
  const baseline = plan.arms.findIndex(({ variant }) => variant === plan.baselineVariant);
  const isAwaited = progress.design === 'fixed-horizon' && !progress.isEndReached;
  return {
    value,
    isOther,
    arms: plan.arms.map(({ variant }, arm) => {
      const own = cells.filter((cell) => cell.arm === arm && cell.n > 0);
      const n = own.reduce((sum, cell) => sum + cell.n, 0);
      const means = (own[0]?.means ?? []).map((_, column) =>
        own.reduce((sum, cell) => sum + ((cell.means[column] ?? 0) * cell.n) / n, 0),
      );
      const mean = n === 0 ? Number.NaN : target.value(means);
      return { variant, n, mean: Number.isFinite(mean) ? mean : null };
    }),
    comparisons: plan.arms.flatMap(({ variant }, treatment) => {
      if (treatment === baseline) return [];
      const question = questionOf(figures, cells, { baseline, treatment });
      const { effect } = isAwaited
        ? compareWithoutLook(question, 'not-yet', 'off')
        : compare(question, { rule: { kind: 'fixed' }, alpha: plan.alpha }, 'off');
      return [{ variant, effect, adjustedPValue: null }];
    }),
  };
}

function questionOf(
  figures: MeansFigures,
  cells: DimensionFigures['cells'],
  places: { readonly baseline: number; readonly treatment: number },
): Question {
  const { target } = statisticsOf(figures);
  const numbers = [...new Set(cells.map(({ period }) => period))];
  const empty = emptyCrossMoments(cells[0]?.means.length ?? 1);
  const periods = numbers.map((number): readonly Stratum[] => {
    const of = (arm: number) => cells.find((cell) => cell.period === number && cell.arm === arm) ?? empty;
    return [{ key: 'all', arms: [of(places.baseline), of(places.treatment)], covariates: [] }];
  });
  if (!figures.isShare) return { kind: 'means', periods, target };
  const conversions = (arm: number) => {
    const own = cells.filter((cell) => cell.arm === arm);
    return {
      successes: Math.round(own.reduce((sum, { n, means }) => sum + n * (means[0] ?? 0), 0)),
      trials: own.reduce((sum, { n }) => sum + n, 0),
    };
  };
  return {
    kind: 'means',
    periods,
    target,
    conversions: { control: conversions(places.baseline), treatment: conversions(places.treatment) },
  };
}

function sinceExposure({ plan, figures }: AnalysisInputs, metricKey: string): readonly SinceExposureResult[] {
  const rows = figures.bySinceExposure.filter(({ metric }) => metric === metricKey);
  if (rows.length === 0) return [];
  const days = [...new Set(rows.map(({ day }) => day))].toSorted((a, b) => a - b);
  return [
    {
      metricKey,
      days: days.map((day) => ({
        day,
        arms: plan.arms.map(({ variant }, arm) => {
          const row = rows.find((each) => each.day === day && each.arm === arm);
          return { variant, n: row?.n ?? 0, mean: row?.mean ?? null };
        }),
      })),
    },
  ];
}
