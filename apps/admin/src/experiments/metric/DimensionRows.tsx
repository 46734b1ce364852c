import { Table, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { ForestBar, LiftAxis, zeroLine } from '../charts/ForestBar.tsx';
import { liftScale } from '../charts/lift-axis.ts';
import { changeText, countText, pValueText } from '../../parts/numbers.ts';
import { differenceText, metricValueText, reasonText } from '../result-words.ts';
import type { ComputedMetric, Effect, ExperimentResults } from '../results.ts';

interface Props {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
  readonly variant: string;
  readonly values: Schemas['DimensionResult']['values'];
}

const axisWidth = 240;
const lowestShown = -1;
const highestShown = 2;
const leastExtent = 0.01;

/** Each value of a dimension, on an axis of its own: it would squeeze that of the scorecard. Nothing is coloured as a verdict. */
export function DimensionRows({ results, metric, variant, values }: Props) {
  const effects = values.flatMap(({ comparisons }) => comparisons.find((one) => one.variant === variant)?.effect ?? []);
  const scale = liftScale(dimensionDomain(effects), axisWidth);
  return (
    <>
      <Table.Tbody>
        {values.map(({ value, isOther, arms, comparisons }) => {
          const found = comparisons.find((one) => one.variant === variant);
          const arm = (name: string) => arms.find((one) => one.variant === name);
          return (
            <Table.Tr key={`${isOther} ${value}`}>
              <Table.Td>{isOther ? 'all others' : value || '(empty)'}</Table.Td>
              {[results.baselineVariant, variant].map((name) => (
                <Table.Td key={name}>
                  <Text size="sm">{metricValueText(metric.type, arm(name)?.mean ?? null)}</Text>
                  <Text size="xs" c="dimmed">
                    n {countText(arm(name)?.n ?? 0)}
                  </Text>
                </Table.Td>
              ))}
              <Table.Td className="figure">{found === undefined ? '–' : effectText(found.effect, metric.type)}</Table.Td>
              <Table.Td style={zeroLine(scale)}>
                {found?.effect.liftInterval && (
                  <ForestBar
                    scale={scale}
                    interval={found.effect.liftInterval}
                    standing="undecided"
                    bestGuess={null}
                    maturing={null}
                    marginAt={null}
                    label={`${value}: ${effectText(found.effect, metric.type)}`}
                  />
                )}
              </Table.Td>
              <Table.Td ta="right">{found?.adjustedPValue == null ? '–' : pValueText(found.adjustedPValue)}</Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
      <Table.Tfoot>
        <Table.Tr>
          <Table.Td colSpan={4} />
          <Table.Td p={0}>
            <LiftAxis scale={scale} />
          </Table.Td>
          <Table.Td />
        </Table.Tr>
      </Table.Tfoot>
    </>
  );
}

function effectText({ liftInterval, interval, notComputable }: Effect, type: ComputedMetric['type']): string {
  if (liftInterval !== null) return `${changeText(liftInterval.low)} to ${changeText(liftInterval.high)}`;
  if (interval !== null) return `${differenceText(type, interval.low)} to ${differenceText(type, interval.high)}, absolute`;
  return reasonText(notComputable);
}

function dimensionDomain(effects: readonly Effect[]): readonly [number, number] {
  const ends = effects.flatMap(({ liftInterval }) => (liftInterval === null ? [] : [liftInterval.low, liftInterval.high]));
  return [Math.max(lowestShown, Math.min(-leastExtent, ...ends)), Math.min(highestShown, Math.max(leastExtent, ...ends))];
}
