import { Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { TimeChart } from '../charts/TimeChart.tsx';
import { armColour } from '../exposures/exposure-lines.ts';
import { metricValueText } from '../result-words.ts';
import type { ComputedMetric, ExperimentResults } from '../results.ts';

interface Props {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
  readonly days: Schemas['SinceExposureResult']['days'];
}

/** Whether an effect grows or wears off: each arm’s mean by how long ago the exposure was. */
export function SinceExposure({ results, metric, days }: Props) {
  const lines = results.arms.map(({ variant }) => ({
    label: variant,
    colour: armColour(variant, results),
    points: days.flatMap(({ day, arms }) => {
      const mean = arms.find((arm) => arm.variant === variant)?.mean;
      return mean === undefined || mean === null ? [] : [{ atMs: day, value: mean }];
    }),
  }));
  if (lines.every(({ points }) => points.length === 0)) return <Text size="sm">No day has passed since the first exposure.</Text>;
  return (
    <>
      <TimeChart
        label={`Each arm by day since the exposure, over ${days.length} days`}
        lines={lines}
        format={(value) => metricValueText(metric.type, value)}
        axis="day"
      />
      <Text size="xs" c="dimmed">
        Day 0 is the first 24 hours after the exposure. An effect that fades is often one of novelty.
      </Text>
    </>
  );
}
