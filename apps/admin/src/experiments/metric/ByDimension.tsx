import { Alert, SegmentedControl, Table, Text, VisuallyHidden } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { dimensionsQuery } from '../../api/queries.ts';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { useScope } from '../../shell/use-scope.ts';
import type { ComputedMetric, ExperimentResults } from '../results.ts';
import { DimensionRows } from './DimensionRows.tsx';
import { SinceExposure } from './SinceExposure.tsx';

interface Props {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
  readonly variant: string;
  readonly by: string | undefined;
  readonly onBy: (by: string | undefined) => void;
}

const sinceExposure = 'days since the exposure';

/** The same metric by what was known before, and by time since the exposure: ideas, never verdicts. */
export function ByDimension({ results, metric, variant, by, onBy }: Props) {
  const details = useQuery(dimensionsQuery(useScope(), results.experimentKey));
  return (
    <Section title="Looking closer">
      <Loaded query={details}>
        {(loaded) => {
          const dimensions = loaded.dimensions.filter(({ metricKey }) => metricKey === metric.key);
          const since = loaded.bySinceExposure.find(({ metricKey }) => metricKey === metric.key);
          const names = [...(since === undefined ? [] : [sinceExposure]), ...dimensions.map(({ dimension }) => dimension)];
          const shown = names.includes(by ?? '') ? by : names[0];
          const dimension = dimensions.find((one) => one.dimension === shown);
          if (shown === undefined)
            return <Text size="sm">Nothing to break it down by. Name attributes of exposures in the experiment’s settings.</Text>;
          return (
            <>
              <SegmentedControl
                aria-label="By what"
                size="xs"
                mb="sm"
                data={names}
                value={shown}
                onChange={(next) => onBy(next === names[0] ? undefined : next)}
              />
              {dimension !== undefined && <IdeasOnly />}
              {dimension !== undefined && (
                <ValueTable results={results} metric={metric} variant={variant} dimension={dimension} />
              )}
              {shown === sinceExposure && since !== undefined && (
                <SinceExposure results={results} metric={metric} days={since.days} />
              )}
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

function IdeasOnly() {
  return (
    <Alert color="gray" mb="sm" title="For ideas only">
      Who looks at many groups finds something in one of them by luck. p-values are corrected for their number; nothing here is a
      verdict. Test an idea with an experiment of its own.
    </Alert>
  );
}

interface TableProps {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
  readonly variant: string;
  readonly dimension: Schemas['DimensionResult'];
}

function ValueTable({ results, metric, variant, dimension }: TableProps) {
  return (
    <Table.ScrollContainer minWidth={860} type="native">
      <Table className="scorecard" aria-label={`By ${dimension.dimension}`}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{dimension.dimension}</Table.Th>
            <Table.Th>{results.baselineVariant}</Table.Th>
            <Table.Th>{variant}</Table.Th>
            <Table.Th>Lift</Table.Th>
            <Table.Th>
              <VisuallyHidden>The interval, drawn</VisuallyHidden>
            </Table.Th>
            <Table.Th ta="right">p-value, corrected</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <DimensionRows results={results} metric={metric} variant={variant} values={dimension.values} />
      </Table>
    </Table.ScrollContainer>
  );
}
