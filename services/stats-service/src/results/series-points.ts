import type { ExperimentResults } from './experiment-results.ts';
import type { SeriesPoint } from './series-point.ts';

/** What this look adds to the chart over time of each metric; a metric that shows an old value adds nothing. */
export function seriesPoints({
  metrics,
  computedAt,
  dataUntil,
  baselineVariant,
}: ExperimentResults): readonly { readonly metricKey: string; readonly point: SeriesPoint }[] {
  return metrics.flatMap((metric) => {
    if (metric.kind === 'failed' || metric.stale !== null) return [];
    const unitsOf = (variant: string): number => metric.arms.find((arm) => arm.variant === variant)?.n ?? 0;
    const comparisons = metric.comparisons.map(({ variant, effect, z, bar, isCalled }) => {
      const { difference, interval, notComputable, lift, liftInterval } = effect;
      const units = { units: unitsOf(variant), baselineUnits: unitsOf(baselineVariant) };
      return { variant, ...units, difference, interval, notComputable, lift, liftInterval, z, bar, isCalled };
    });
    const share = metric.comparisons[0]?.share ?? null;
    return [{ metricKey: metric.key, point: { computedAt, dataUntil, share, comparisons } }];
  });
}
