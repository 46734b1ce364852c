import { Text } from '@mantine/core';
import { changeText } from '../../parts/numbers.ts';
import { daysLeftText, differenceText, reasonText, warningText } from '../result-words.ts';
import type { Comparison, ComputedMetric } from '../results.ts';
import { standingOf, standingText } from '../standing.ts';
import { drawnInterval } from './drawn-interval.ts';

interface Props {
  readonly metric: ComputedMetric;
  readonly comparison: Comparison;
  /** A rollout is watched: nothing is called better or worse. */
  readonly isJudged: boolean;
}

/** The interval first, then the best guess, and what has to be known before believing them. */
export function EffectText({ metric, comparison, isJudged }: Props) {
  const { effect, bestGuess, guardrail, warnings, verdict } = comparison;
  const standing = standingOf(comparison, metric.direction);
  // It says what kind of interval there is.
  const shownWarnings = warnings.filter(({ kind }) => kind !== 'few-conversions' || effect.interval !== null);
  return (
    <>
      {effect.liftInterval === null ? (
        <AbsoluteInterval metric={metric} comparison={comparison} />
      ) : (
        <Text className="figure" fw={600}>
          {intervalText(drawnInterval(effect.liftInterval, comparison))}
        </Text>
      )}
      {isJudged && standing !== 'unknown' && <Text size="sm">{standingText(standing, metric)}</Text>}
      {bestGuess !== null && (
        <Text size="xs" c="dimmed">
          best guess {bestGuess.isLift ? changeText(bestGuess.value) : differenceText(metric.type, bestGuess.value)}
        </Text>
      )}
      {guardrail?.outcome === 'open' && guardrail.daysLeft !== null && <Text size="xs">{daysLeftText(guardrail.daysLeft)}</Text>}
      {verdict?.hasParted === true && (
        <Text size="xs">It was called earlier; the interval of today includes zero again. The verdict stays.</Text>
      )}
      {shownWarnings.map((warning) => (
        <Text size="xs" key={warning.kind}>
          {warningText(warning)}
        </Text>
      ))}
    </>
  );
}

const intervalText = ({ low, high }: { readonly low: number; readonly high: number }): string =>
  `${changeText(low)} to ${changeText(high)}`;

/** Where no relative lift can be told, what can. */
function AbsoluteInterval({
  metric,
  comparison: { effect },
}: {
  readonly metric: ComputedMetric;
  readonly comparison: Comparison;
}) {
  if (effect.interval === null) return <Text size="sm">No interval: {reasonText(effect.notComputable)}.</Text>;
  return (
    <>
      <Text className="figure" fw={600}>
        {differenceText(metric.type, effect.interval.low)} to {differenceText(metric.type, effect.interval.high)}
      </Text>
      <Text size="xs" c="dimmed">
        absolute: {reasonText(effect.liftNotMeasurable)}
      </Text>
    </>
  );
}
