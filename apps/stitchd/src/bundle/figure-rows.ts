import { areEqual, type ExperimentResults, type MetricResult } from '@stitchd/stats-service';

/** One figure of a metric in an arm, as the bundle has it and as it came out now. */
export interface FigureRow {
  readonly metric: string;
  readonly arm: string;
  readonly figure: string;
  readonly stored: number | null;
  readonly recomputed: number | null;
  readonly agrees: boolean;
}

type Computed = Extract<MetricResult, { readonly kind: 'computed' }>;
type Comparison = Computed['comparisons'][number];
type Figure = readonly [name: string, value: number | null];

/** What people read on the page of results; everything else is compared, too, but not shown here. */
export function figureRows(stored: ExperimentResults, recomputed: ExperimentResults): readonly FigureRow[] {
  return stored.metrics.flatMap((metric) => {
    const again = recomputed.metrics.find(({ key }) => key === metric.key);
    if (metric.kind !== 'computed') return [];
    return metric.arms.flatMap(({ variant }) => {
      const now = new Map(again?.kind === 'computed' ? figuresOf(again, variant) : []);
      return figuresOf(metric, variant).map(([figure, value]): FigureRow => {
        const found = now.get(figure) ?? null;
        return { metric: metric.key, arm: variant, figure, stored: value, recomputed: found, agrees: areEqual(value, found) };
      });
    });
  });
}

function figuresOf(metric: Computed, variant: string): readonly Figure[] {
  const arm = metric.arms.find((each) => each.variant === variant);
  const comparison = metric.comparisons.find((each) => each.variant === variant);
  return [
    ['units', arm?.n ?? null],
    ['mean', arm?.mean ?? null],
    ['adjusted mean', arm?.adjustedMean ?? null],
    ...(comparison === undefined ? [] : comparisonFigures(comparison)),
  ];
}

function comparisonFigures({ effect, adjustedPValue, z, bar, bestGuess }: Comparison): readonly Figure[] {
  return [
    ['difference', effect.difference],
    ['from', effect.interval?.low ?? null],
    ['to', effect.interval?.high ?? null],
    ['p-value', effect.pValue],
    ['p-value, corrected', adjustedPValue],
    ['lift', effect.lift],
    ['lift from', effect.liftInterval?.low ?? null],
    ['lift to', effect.liftInterval?.high ?? null],
    ['z', z],
    ['bar', bar],
    ['best guess', bestGuess?.value ?? null],
  ];
}
