import { Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { seriesQuery } from '../../api/queries.ts';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { standingColours } from '../charts/ForestBar.tsx';
import { marginLift } from '../charts/lift-axis.ts';
import { TimeChart, type ChartRule } from '../charts/TimeChart.tsx';
import { changeText, valueText } from '../../parts/numbers.ts';
import { differenceText, levelText } from '../result-words.ts';
import type { ComputedMetric, ExperimentResults } from '../results.ts';
import { seriesOf, type Series } from './series-lines.ts';

interface Props {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
  readonly variant: string;
}

/** How the interval shrank, and how close each look came to being called. */
export function OverTime({ results, metric, variant }: Props) {
  const series = useQuery(seriesQuery(useScope(), results.experimentKey, metric.key));
  return (
    <Section title="Over time">
      <Loaded query={series}>
        {(points) => <Charts results={results} metric={metric} variant={variant} series={seriesOf(points, variant)} />}
      </Loaded>
    </Section>
  );
}

function Charts({ results, metric, variant, series }: Props & { readonly series: Series }) {
  const { points, looks, isLift } = series;
  const last = points.at(-1);
  if (last === undefined) return <Text size="sm">No look has had an interval yet.</Text>;
  const format = (value: number) => (isLift ? changeText(value) : differenceText(metric.type, value));
  return (
    <>
      <TimeChart
        label={`${variant} over ${points.length} looks; the last interval is ${format(last.low)} to ${format(last.high)}`}
        lines={[{ label: 'measured', colour: 'var(--stitchd-better)', points }]}
        bands={[{ colour: 'var(--stitchd-better)', points }]}
        rules={isLift ? liftRules(results, metric) : [{ value: 0, label: '' }]}
        format={format}
        cutsStart
      />
      <Text size="xs" c="dimmed">
        The band is the {levelText(results.alpha)} interval of each look
        {results.design === 'fixed-horizon' ? '' : '; all of them hold together, however often somebody looked'}.
      </Text>
      {looks.length > 1 && (
        <>
          <Title order={3} size="h5" mt="md">
            How close to being called
          </Title>
          <TimeChart
            label={`The distance from zero in standard errors over ${looks.length} looks, with the bar from where on it is called`}
            height={180}
            lines={[
              {
                label: 'distance from zero',
                colour: standingColours.better,
                points: looks.map(({ atMs, z }) => ({ atMs, value: z })),
              },
              {
                label: 'called from here',
                colour: standingColours.worse,
                isDashed: true,
                points: looks.map(({ atMs, bar }) => ({ atMs, value: Math.min(bar, mostBar) })),
              },
              {
                label: 'and from here',
                colour: standingColours.worse,
                isDashed: true,
                points: looks.map(({ atMs, bar }) => ({ atMs, value: -Math.min(bar, mostBar) })),
              },
            ]}
            rules={[{ value: 0, label: '' }]}
            format={valueText}
          />
        </>
      )}
    </>
  );
}

/** The first looks have bars that nothing reaches: drawn whole they would flatten all that follows. */
const mostBar = 8;

function liftRules({ plan }: ExperimentResults, { role, margin, direction }: ComputedMetric): readonly ChartRule[] {
  const zero = { value: 0, label: '' };
  if (margin !== null) return [zero, { value: marginLift(margin, direction), label: 'margin', colour: 'var(--stitchd-worse)' }];
  if (role !== 'primary' || plan.minimumEffect === null) return [zero];
  return [
    zero,
    { value: plan.minimumEffect, label: 'matters from here' },
    { value: -plan.minimumEffect, label: 'and from here' },
  ];
}
