import { Table, Text } from '@mantine/core';
import { ForestBar, zeroLine } from '../charts/ForestBar.tsx';
import { marginLift, type LiftScale } from '../charts/lift-axis.ts';
import { countText, shareText } from '../../parts/numbers.ts';
import { armMakingText, levelText, liftSentence, metricValueText } from '../result-words.ts';
import type { Comparison, ComputedMetric, ExperimentResults, MetricArm } from '../results.ts';
import { standingOf } from '../standing.ts';
import { drawnInterval } from './drawn-interval.ts';
import { EffectText } from './EffectText.tsx';
import { MetricName } from './MetricName.tsx';
import { MetricTrend } from './MetricTrend.tsx';

interface Props {
  readonly metric: ComputedMetric;
  readonly results: ExperimentResults;
  readonly scale: LiftScale;
  readonly hasPages: boolean;
}

/** One metric: a row for each arm that is compared with the baseline. */
export function MetricRows({ metric, results, scale, hasPages }: Props) {
  const baseline = metric.arms.find(({ variant }) => variant === results.baselineVariant);
  return metric.comparisons.map((comparison, index) => (
    <Table.Tr key={comparison.variant}>
      {index === 0 && (
        <>
          <Table.Td rowSpan={metric.comparisons.length} miw={170}>
            <MetricName metric={metric} experiment={hasPages ? results.experimentKey : undefined} />
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
      <Table.Td maw={220}>
        <EffectText metric={metric} comparison={comparison} isJudged={results.kind === 'experiment'} />
      </Table.Td>
      <Table.Td style={zeroLine(scale)}>
        <Drawn metric={metric} comparison={comparison} scale={scale} level={levelText(results.alpha)} />
      </Table.Td>
      <Table.Td>
        {hasPages && <MetricTrend metric={metric} comparison={comparison} experiment={results.experimentKey} />}
      </Table.Td>
    </Table.Tr>
  ));
}

/** A value, and in grey what it was made of; before any window has closed, in grey what there is so far. */
function ArmValue({ metric, arm }: { readonly metric: ComputedMetric; readonly arm: MetricArm | undefined }) {
  if (arm === undefined) return <>–</>;
  if (arm.n === 0 && arm.maturing !== null)
    return (
      <Text size="xs" c="dimmed" maw={130}>
        still maturing: {metricValueText(metric.type, arm.maturing.mean)} of {countText(arm.maturing.n)}
      </Text>
    );
  return (
    <>
      <Text fw={600} className="figure">
        {metricValueText(metric.type, arm.mean)}
      </Text>
      <Text size="xs" c="dimmed" maw={130}>
        {armMakingText(metric, arm)}
      </Text>
    </>
  );
}

interface DrawnProps {
  readonly metric: ComputedMetric;
  readonly comparison: Comparison;
  readonly scale: LiftScale;
  readonly level: string;
}

function Drawn({ metric, comparison, scale, level }: DrawnProps) {
  const { effect, bestGuess, maturing } = comparison;
  if (effect.liftInterval === null) return null;
  const margin = metric.margin === null ? '' : ` The margin is ${shareText(metric.margin)}.`;
  return (
    <ForestBar
      scale={scale}
      interval={drawnInterval(effect.liftInterval, comparison)}
      standing={standingOf(comparison, metric.direction)}
      bestGuess={bestGuess?.isLift === true ? bestGuess.value : null}
      maturing={maturing?.liftInterval ?? null}
      marginAt={metric.margin === null ? null : marginLift(metric.margin, metric.direction)}
      label={`${liftSentence(comparison, level)}${margin}`}
    />
  );
}
