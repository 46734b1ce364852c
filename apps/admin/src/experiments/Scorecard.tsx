import { Badge, Table, Text, VisuallyHidden } from '@mantine/core';
import { isShare } from '../metrics/is-share.ts';
import { liftDomain, liftScale, type LiftScale } from './lift-axis.ts';
import { IntervalBar, LiftAxis, widthOf, zeroLine } from './IntervalBar.tsx';
import { changeText, pValueText, valueText } from './numbers.ts';
import { armMakingText, levelText, liftSentence, metricValueText, reasonText, warningText } from './result-words.ts';
import type { Comparison, ComputedMetric, ExperimentResults, FailedMetric, MetricArm } from './results.ts';
import { standingOf, standingText } from './standing.ts';

const axisWidth = 280;
const minWidth = 980;
const columnCount = 6;

interface Props {
  readonly results: ExperimentResults;
  readonly isRunning: boolean;
}

/** Every metric's comparisons in one table, with their intervals on one axis. */
export function Scorecard({ results, isRunning }: Props) {
  const scale = liftScale(liftDomain(results.metrics), axisWidth);
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native">
      <Table className="scorecard" aria-label="Scorecard" verticalSpacing="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th>{results.baselineVariant} (baseline)</Table.Th>
            <Table.Th>Variant</Table.Th>
            <Table.Th>Lift, {levelText(results.alpha)} interval</Table.Th>
            <Table.Th w={widthOf(scale)}>
              <VisuallyHidden>The interval, drawn</VisuallyHidden>
            </Table.Th>
            <Table.Th ta="right">p-value</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {results.metrics.map((metric, index) =>
            metric.kind === 'failed' ? (
              <FailedRow key={metric.key} metric={metric} />
            ) : (
              <MetricRows
                key={metric.key}
                metric={metric}
                isPrimary={index === 0}
                results={results}
                isRunning={isRunning}
                scale={scale}
              />
            ),
          )}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Td colSpan={columnCount - 2} />
            <Table.Td p={0}>
              <LiftAxis scale={scale} />
            </Table.Td>
            <Table.Td />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Table.ScrollContainer>
  );
}

function FailedRow({ metric }: { readonly metric: FailedMetric }) {
  return (
    <Table.Tr>
      <Table.Td fw={600}>{metric.key}</Table.Td>
      <Table.Td colSpan={columnCount - 1}>
        <Badge color="red" variant="outline" mr="xs">
          not computed
        </Badge>
        {metric.failure.message}
      </Table.Td>
    </Table.Tr>
  );
}

interface MetricRowsProps extends Props {
  readonly metric: ComputedMetric;
  readonly isPrimary: boolean;
  readonly scale: LiftScale;
}

function MetricRows({ metric, isPrimary, results, isRunning, scale }: MetricRowsProps) {
  const baseline = metric.arms.find(({ variant }) => variant === results.baselineVariant);
  return metric.comparisons.map((comparison, index) => (
    <Table.Tr key={comparison.variant}>
      {index === 0 && (
        <>
          <Table.Td rowSpan={metric.comparisons.length}>
            <Text fw={600} size="sm">
              {metric.name}
            </Text>
            <Text size="xs" c="dimmed">
              {isPrimary ? 'primary, ' : ''}
              {metric.direction === 'increase' ? 'more' : 'less'} is better
            </Text>
          </Table.Td>
          <Table.Td rowSpan={metric.comparisons.length}>
            <ArmValue metric={metric} arm={baseline} />
          </Table.Td>
        </>
      )}
      <Table.Td>
        <Text size="sm">{comparison.variant}</Text>
        <ArmValue metric={metric} arm={metric.arms.find(({ variant }) => variant === comparison.variant)} />
      </Table.Td>
      <ComparisonCells
        comparison={comparison}
        metric={metric}
        level={levelText(results.alpha)}
        isRunning={isRunning}
        scale={scale}
      />
    </Table.Tr>
  ));
}

/** A value, and in grey what it was made of. */
function ArmValue({ metric, arm }: { readonly metric: ComputedMetric; readonly arm: MetricArm | undefined }) {
  if (arm === undefined) return <>–</>;
  return (
    <>
      <Text fw={600} className="figure">
        {metricValueText(metric.type, arm.mean)}
      </Text>
      <Text size="xs" c="dimmed" className="figure">
        {armMakingText(metric, arm)}
      </Text>
    </>
  );
}

interface ComparisonProps {
  readonly comparison: Comparison;
  readonly metric: ComputedMetric;
  readonly level: string;
  readonly isRunning: boolean;
  readonly scale: LiftScale;
}

function ComparisonCells({ comparison, metric, level, isRunning, scale }: ComparisonProps) {
  const { lift, liftInterval, pValue, warnings } = comparison;
  const standing = standingOf(comparison, metric.direction);
  return (
    <>
      <Table.Td>
        {lift !== null && liftInterval !== null ? (
          <Text className="figure">
            {changeText(liftInterval.low)} to {changeText(liftInterval.high)}
          </Text>
        ) : (
          <AbsoluteInterval comparison={comparison} metric={metric} />
        )}
        <Text size="xs" c="dimmed">
          {lift !== null && `measured ${changeText(lift)}`}
        </Text>
        {warnings.map((warning) => (
          <Text key={warning.kind} size="xs" maw={300}>
            {warningText(warning)}
          </Text>
        ))}
      </Table.Td>
      <Table.Td style={zeroLine(scale)}>
        {lift !== null && liftInterval !== null && (
          <IntervalBar
            scale={scale}
            interval={liftInterval}
            lift={lift}
            standing={standing}
            label={liftSentence(comparison, level)}
          />
        )}
      </Table.Td>
      <Table.Td ta="right">
        <Text>{pValue === null ? '–' : pValueText(pValue)}</Text>
        <Text size="xs" fw={600} className="figure">
          {standingText(standing, isRunning)}
        </Text>
      </Table.Td>
    </>
  );
}

/** Where no relative lift can be told, what can. */
function AbsoluteInterval({ comparison, metric }: { readonly comparison: Comparison; readonly metric: ComputedMetric }) {
  const { interval, notComputable, liftNotMeasurable } = comparison;
  if (interval === null) return <Text>not comparable yet: {reasonText(notComputable ?? '')}</Text>;
  // A difference of two shares is in points, not in per cent of something.
  const text = (value: number) =>
    isShare(metric.type) ? changeText(value).replace('%', 'points') : `${value > 0 ? '+' : ''}${valueText(value)}`;
  return (
    <Text>
      {text(interval.low)} to {text(interval.high)}
      <Text span size="xs" c="dimmed" display="block">
        absolute: {reasonText(liftNotMeasurable ?? '')}
      </Text>
    </Text>
  );
}
