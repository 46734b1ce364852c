import { changeText, countText, shareText, valueText } from './numbers.ts';
import { isShare } from '../metrics/is-share.ts';
import type { Comparison, ComputedMetric, MetricArm, Warning } from './results.ts';

const reasons: Readonly<Record<string, string>> = {
  'too-few-units': 'too few units',
  'no-variance': 'all values are the same',
  'not-finite': 'the numbers are too large',
  'control-mean-zero': 'the baseline is zero, so there is nothing to be relative to',
  'control-mean-near-zero': 'the baseline is too close to zero to be relative to',
  'few-conversions': 'few conversions',
  'difference-not-computable': 'there is no difference to relate',
};

/** Why a number does not exist. */
export function reasonText(reason: string): string {
  return reasons[reason] ?? reason;
}

/** What a reader of a comparison has to know. */
export function warningText({ kind, armKeys = [], atLeast, comparisons }: Warning): string {
  const arms = armKeys.join(' and ');
  const enough = atLeast === undefined ? 'enough' : countText(atLeast);
  switch (kind) {
    case 'few-conversions':
      return `Few conversions in ${arms}: under ${enough}, so the interval is an exact one.`;
    case 'too-few-units':
      return `Few units in ${arms}: under ${enough}, so take the interval as a rough one.`;
    case 'no-variance-in-one-arm':
      return `All units of ${arms} have the same value.`;
    case 'heavy-tail':
      return `A few very large values in ${arms} carry the mean: the interval holds its level from ${enough} units on.`;
    case 'several-comparisons':
      return `${comparisons ?? 'Several'} arms are compared with the baseline, and nothing is adjusted for it.`;
    default:
      return kind;
  }
}

/** A metric's value in an arm. */
export function metricValueText(type: ComputedMetric['type'], mean: number | null): string {
  if (mean === null) return '–';
  return isShare(type) ? shareText(mean) : valueText(mean);
}

/** What a metric's value in an arm was made of. */
export function armMakingText({ estimate, definition }: ComputedMetric, { n, sum, parts, capped, steps }: MetricArm): string {
  const units = `n ${countText(n)}`;
  switch (estimate) {
    case 'share':
      return `${(steps ?? [sum ?? 0]).map(countText).join(' → ')} of ${countText(n)}`;
    case 'ratio':
      return parts === null ? units : `${valueText(parts.numerator)} ÷ ${valueText(parts.denominator)} a unit, ${units}`;
    case 'quantile':
      return definition.type === 'quantile' ? `quantile ${definition.level}, ${units}` : units;
    case 'mean': {
      const cap = capped === null ? '' : `, ${countText(capped.units)} capped at ${valueText(capped.cap)}`;
      return `sum ${valueText(sum ?? 0)}, ${units}${cap}`;
    }
  }
}

/** The lift with its interval, interval first; or why there is none. */
export function liftSentence(comparison: Comparison, level: string): string {
  const { variant, lift, liftInterval, notComputable, liftNotMeasurable } = comparison;
  if (notComputable !== null) return `${variant} can’t be compared yet: ${reasonText(notComputable)}.`;
  if (lift === null || liftInterval === null)
    return `The lift of ${variant} can’t be measured yet: ${reasonText(liftNotMeasurable ?? '')}.`;
  return `${variant} against the baseline: from ${changeText(liftInterval.low)} to ${changeText(liftInterval.high)} (${level} interval), measured ${changeText(lift)}.`;
}

/** Intervals have the level 1 − alpha: 0.05 is `95 %`. */
export function levelText(alpha: number): string {
  return shareText(1 - alpha);
}
