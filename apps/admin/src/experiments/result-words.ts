import { isShare } from '../metrics/is-share.ts';
import { changeText, countText, shareText, valueText } from '../parts/numbers.ts';
import type { Comparison, ComputedMetric, DaysLeft, Effect, MetricArm, Warning } from './results.ts';

const reasons = {
  'too-few-units': 'too few units',
  'few-units': 'few units, and so many in the other arm or so early that labels can’t be shuffled',
  'denominator-near-zero': 'hardly anything is in the denominator',
  'not-finite': 'the numbers are too large',
  'no-variance': 'all values are the same',
  'too-early': 'too little of the plan has matured',
  'not-yet': 'a fixed horizon is looked at once, at its planned end',
  'not-begun': 'under 100 units in an arm, or under 20 conversions',
  failed: 'this metric failed',
  'control-mean-zero': 'the baseline is zero, so there is nothing to be relative to',
  'control-mean-near-zero': 'the baseline is too close to zero to be relative to',
  'few-conversions': 'few conversions',
  'difference-not-computable': 'there is no difference to relate',
} as const satisfies Record<NonNullable<Effect['notComputable'] | Effect['liftNotMeasurable']>, string>;

/** Why a number does not exist. */
export function reasonText(reason: keyof typeof reasons | null): string {
  return reason === null ? 'no reason is known' : reasons[reason];
}

/** What a reader of a comparison has to know. */
export function warningText(warning: Warning): string {
  switch (warning.kind) {
    case 'few-conversions':
      return `Few conversions in ${namesOf(warning.variants)}: under ${countText(warning.atLeast)}, so the interval is an exact one.`;
    case 'few-units':
      return `Few units in ${namesOf(warning.variants)}: under ${countText(warning.atLeast)}, so labels are shuffled, where the other arm has not very many.`;
    case 'large-unit':
      return `One unit of ${namesOf(warning.variants)} has more than 5 % of the denominator, so labels are shuffled.`;
    case 'no-variance-in-one-arm':
      return `All units of ${namesOf(warning.variants)} have the same value.`;
    case 'heavy-tail':
      return `A few very large values carry the mean: the interval holds its level from ${countText(warning.atLeast)} units of each arm on.`;
    case 'ratio-denominator-moved':
      return 'The denominator of this ratio moved itself: look at both parts.';
    case 'open-window':
      return 'The metric goes on growing for each unit, so no verdict holds. Give it a window.';
  }
}

const namesOf = (variants: readonly string[]): string => variants.join(' and ');

/** A metric's value in an arm. */
export function metricValueText(type: ComputedMetric['type'], mean: number | null): string {
  if (mean === null) return '–';
  return isShare(type) ? shareText(mean) : valueText(mean);
}

/** What a metric's value in an arm was made of. */
export function armMakingText({ estimate, definition }: ComputedMetric, { n, sum, parts, steps }: MetricArm): string {
  const units = `n ${countText(n)}`;
  switch (estimate) {
    case 'share':
      return `${(steps ?? [sum ?? 0]).map(countText).join(' → ')} of ${countText(n)}`;
    case 'ratio':
      return parts === null ? units : `${valueText(parts.numerator)} ÷ ${valueText(parts.denominator)} a unit, ${units}`;
    case 'quantile':
      return definition.type === 'quantile' ? `quantile ${definition.level}, ${units}` : units;
    case 'mean':
      return units;
  }
}

/** What a cap took away of an arm; nothing where it has none. */
export function cappedText({ capped }: MetricArm): string | undefined {
  if (capped === null || capped.units === 0) return undefined;
  return `${countText(capped.units)} capped at ${valueText(capped.cap)}, ${shareText(capped.shareTaken)} of the sum`;
}

/** A difference in the metric's own units; of a share in points, not in per cent of something. */
export function differenceText(type: ComputedMetric['type'], value: number): string {
  if (isShare(type)) return changeText(value).replace('%', 'points');
  return `${value > 0 ? '+' : ''}${valueText(value)}`;
}

/** The interval and then the best guess, as one sentence; or why there is none. */
export function liftSentence({ variant, effect, bestGuess }: Comparison, level: string): string {
  const { liftInterval, notComputable, liftNotMeasurable } = effect;
  if (notComputable !== null) return `${variant} can’t be compared yet: ${reasonText(notComputable)}.`;
  if (liftInterval === null) return `The lift of ${variant} can’t be measured yet: ${reasonText(liftNotMeasurable)}.`;
  const guess = bestGuess?.isLift === true ? `, best guess ${changeText(bestGuess.value)}` : '';
  return `${variant} against the baseline: from ${changeText(liftInterval.low)} to ${changeText(liftInterval.high)} (${level} interval)${guess}.`;
}

/** Intervals have the level 1 − alpha: 0.05 is `95 %`. */
export function levelText(alpha: number): string {
  return shareText(1 - alpha);
}

/** As if there were more units: what adjusting took from the noise. */
export function gainText({ adjustment: { status, varianceRatio } }: Comparison): string {
  switch (status) {
    case 'applied':
      return adjustedText(varianceRatio);
    case 'off':
      return 'adjusting is switched off';
    case 'no-covariate':
      return 'not adjusted: nothing was known before';
    case 'does-not-help':
      return 'not adjusted: what was known before says nothing';
    case 'few-units':
      return 'not adjusted: so few units are compared by shuffled labels';
    case 'not-computable':
      return 'not adjusted: that could not be computed';
  }
}

function adjustedText(varianceRatio: number | null): string {
  if (varianceRatio === null || varianceRatio <= 0) return 'adjusted';
  const gain = Math.round((1 / varianceRatio - 1) * 100) / 100;
  return gain > 0
    ? `adjusted by what was known before: as if ${shareText(gain)} more users`
    : 'adjusted by what was known before, which says little';
}

/** Days at today's traffic. */
export function daysLeftText(daysLeft: DaysLeft): string {
  switch (daysLeft.kind) {
    case 'days':
      return `about ${days(daysLeft.days)} left${rangeText(Math.round(daysLeft.low), Math.round(daysLeft.high))}`;
    case 'change-the-plan':
      return 'more than 60 days left: change the plan';
    case 'too-early':
      return 'how many days are left is known after seven full days';
  }
}

const rangeText = (low: number, high: number): string => (low === high ? '' : ` (${low} to ${high})`);
const days = (count: number): string => `${Math.round(count)} ${Math.round(count) === 1 ? 'day' : 'days'}`;
