import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../api/queries.ts';
import { useScope } from '../../shell/use-scope.ts';
import { standingColours } from '../charts/ForestBar.tsx';
import { Sparkline } from '../charts/Sparkline.tsx';
import { seriesOf } from '../metric/series-lines.ts';
import type { Comparison, ComputedMetric } from '../results.ts';
import { standingOf } from '../standing.ts';

interface Props {
  readonly metric: ComputedMetric;
  readonly comparison: Comparison;
  readonly experiment: string;
}

/** How the interval of a row came about, small. */
export function MetricTrend({ metric, comparison, experiment }: Props) {
  const { data } = useQuery(seriesQuery(useScope(), experiment, metric.key));
  if (data === undefined) return null;
  const { points } = seriesOf(data, comparison.variant);
  return (
    <Sparkline
      points={points}
      colour={standingColours[standingOf(comparison, metric.direction)]}
      label={`${comparison.variant} over ${points.length} looks`}
    />
  );
}
