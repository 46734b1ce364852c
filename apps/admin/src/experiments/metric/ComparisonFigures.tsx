import { Box, Table, Text } from '@mantine/core';
import { ForestBar, LiftAxis, zeroLine } from '../charts/ForestBar.tsx';
import { liftDomain, liftScale, marginLift } from '../charts/lift-axis.ts';
import { changeText, shareText } from '../../parts/numbers.ts';
import { differenceText, gainText, levelText, liftSentence, reasonText, warningText } from '../result-words.ts';
import type { Comparison, ComputedMetric, ExperimentResults } from '../results.ts';
import { drawnInterval } from '../scorecard/drawn-interval.ts';
import { standingOf } from '../standing.ts';
import { figureRows } from './figure-rows.ts';
import type { FigureChoice } from './metric-search.ts';
import { shownEffect } from './shown-figures.ts';

interface Props {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
  readonly comparison: Comparison;
  readonly choice: FigureChoice | undefined;
}

const axisWidth = 520;

/** The interval first, then the best guess; what else there is, in a table. */
export function ComparisonFigures({ results, metric, comparison, choice }: Props) {
  const effect = shownEffect(comparison, choice);
  const { bestGuess, maturing, warnings } = comparison;
  const scale = liftScale(liftDomain([{ ...metric, comparisons: [{ ...comparison, effect }] }]), axisWidth);
  return (
    <>
      <Text fw={600} size="lg">
        {effect.liftInterval !== null
          ? `${changeText(effect.liftInterval.low)} to ${changeText(effect.liftInterval.high)}`
          : effect.interval !== null
            ? `${differenceText(metric.type, effect.interval.low)} to ${differenceText(metric.type, effect.interval.high)}, absolute: ${reasonText(effect.liftNotMeasurable)}`
            : `No interval: ${reasonText(effect.notComputable)}.`}
      </Text>
      {bestGuess !== null && (
        <Text size="sm">
          Best guess after allowing for luck{' '}
          {bestGuess.isLift ? changeText(bestGuess.value) : differenceText(metric.type, bestGuess.value)}.
        </Text>
      )}
      {warnings.map((warning) => (
        <Text size="sm" key={warning.kind}>
          {warningText(warning)}
        </Text>
      ))}
      {effect.liftInterval !== null && (
        <Box style={{ overflowX: 'auto' }}>
          <div style={{ ...zeroLine(scale), width: 'fit-content' }}>
            <ForestBar
              scale={scale}
              interval={drawnInterval(effect.liftInterval, comparison)}
              standing={standingOf({ ...comparison, effect }, metric.direction)}
              bestGuess={bestGuess?.isLift === true ? bestGuess.value : null}
              maturing={maturing?.liftInterval ?? null}
              marginAt={metric.margin === null ? null : marginLift(metric.margin, metric.direction)}
              label={liftSentence({ ...comparison, effect }, levelText(results.alpha))}
            />
            <LiftAxis scale={scale} />
          </div>
        </Box>
      )}
      <Text size="sm" mt="xs">
        {capitalised(gainText(comparison))}
        {comparison.adjustment.historyShare !== null &&
          `; ${shareText(comparison.adjustment.historyShare)} of the units have a history`}
        .
      </Text>
      <Table variant="vertical" layout="fixed" aria-label="Figures of the comparison" mt="sm">
        <Table.Tbody>
          {figureRows(metric, comparison, effect).map(([name, figure]) => (
            <Table.Tr key={name}>
              <Table.Th w={260}>{name}</Table.Th>
              <Table.Td>{figure}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  );
}

const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
