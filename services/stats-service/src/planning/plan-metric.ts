import { randomisationBelowUnits, sequentialUnits } from '@stitchd/statistics';
import type { PlannedMetric, PlanPoint } from './experiment-plan.ts';
import { daysFor, unitsIn, type TrafficForecast } from './traffic-forecast.ts';

/** What the past says of a metric. */
export interface MetricBaseline {
  readonly key: string;
  readonly name: string;
  readonly role: 'primary' | 'secondary';
  readonly estimate: 'mean' | 'share' | 'ratio' | 'quantile';
  readonly units: number;
  readonly baseline: number;
  readonly variance: number;
  readonly windowDays: number;
  readonly varianceRatio: number;
}

/** What is planned for. */
export interface PlanQuestion {
  /** From 0 to 1, the baseline's first. */
  readonly shares: readonly number[];
  readonly alpha: number;
  readonly power: number;
  readonly traffic: TrafficForecast;
  /** One of them; the others follow. */
  readonly asked:
    | { readonly kind: 'effect'; readonly minimumEffect: number }
    | { readonly kind: 'units'; readonly units: number }
    | { readonly kind: 'days'; readonly days: number };
}

type Planned = Extract<PlannedMetric, { readonly kind: 'planned' }>;

/** Relative effects of the chart. */
const curveEffects = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.5];

/** The metric's plan: effect, units and days from the one that was asked for. */
export function planMetric(metric: MetricBaseline, question: PlanQuestion): Planned {
  const at = (minimumEffect: number): PlanPoint | null => pointAt(metric, question, minimumEffect);
  const curve = curveEffects.flatMap((effect) => at(effect) ?? []);
  return { kind: 'planned', ...metric, point: askedPoint(metric, question), curve, warnings: warningsOf(metric) };
}

function askedPoint(metric: MetricBaseline, question: PlanQuestion): PlanPoint | null {
  const { asked, traffic } = question;
  switch (asked.kind) {
    case 'effect':
      return pointAt(metric, question, asked.minimumEffect);
    case 'units':
      return pointAt(metric, question, effectOf(metric, question, asked.units));
    case 'days':
      return pointAt(metric, question, effectOf(metric, question, unitsIn(traffic, asked.days, metric.windowDays)));
  }
}

/** Units that an effect takes: those of the arm that has the smallest share decide. Undefined where there is nothing to tell apart. */
export function unitsOf(metric: MetricBaseline, question: PlanQuestion, minimumEffect: number): number | undefined {
  const difference = Math.abs(metric.baseline) * minimumEffect;
  if (!(difference > 0) || !Number.isFinite(difference) || metric.variance === 0) return undefined;
  const [control = 0, ...treatments] = question.shares;
  const whole = treatments.map((treatment) => {
    const units = sequentialUnits({
      controlVariance: metric.variance,
      treatmentVariance: metric.variance,
      difference,
      alpha: question.alpha,
      power: question.power,
      weights: { control, treatment },
      treatments: treatments.length,
      varianceRatio: metric.varianceRatio,
    });
    return Math.ceil(Math.max(units.control / control, units.treatment / treatment));
  });
  const most = Math.max(...whole);
  return Number.isSafeInteger(most) ? most : undefined;
}

/** The effect that so many units can show: units go with its inverse square. 0 units: none. */
function effectOf(metric: MetricBaseline, question: PlanQuestion, units: number): number {
  const reference = unitsOf(metric, question, 1);
  return reference === undefined || units <= 0 ? Number.NaN : Math.sqrt(unroundedUnits(metric, question) / units);
}

/** As `unitsOf` for an effect of 100 %, without the rounding that matters for few units. */
function unroundedUnits(metric: MetricBaseline, question: PlanQuestion): number {
  const small = 1 / 1_024;
  return (unitsOf(metric, question, small) ?? Number.NaN) * small * small;
}

function pointAt(metric: MetricBaseline, question: PlanQuestion, minimumEffect: number): PlanPoint | null {
  const units = Number.isFinite(minimumEffect) && minimumEffect > 0 ? unitsOf(metric, question, minimumEffect) : undefined;
  if (units === undefined) return null;
  const { days, low, high } = daysFor(question.traffic, units, metric.windowDays);
  const difference = Math.abs(metric.baseline) * minimumEffect;
  return { minimumEffect, difference, units, days, daysLow: low, daysHigh: high };
}

function warningsOf({ units, baseline, variance, windowDays }: MetricBaseline): readonly string[] {
  const warnings: string[] = [];
  if (units < randomisationBelowUnits)
    warnings.push(`Only ${units} units of the past are behind these figures: take them as a rough guess.`);
  if (baseline === 0) warnings.push('The metric was 0 for everybody: a relative effect means nothing.');
  else if (variance === 0) warnings.push('All units had the same value: there is nothing to tell apart.');
  if (windowDays === 0) warnings.push('The metric counts to the end of the experiment: it gets no verdict while that runs.');
  return warnings;
}
