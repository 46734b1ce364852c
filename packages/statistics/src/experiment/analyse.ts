import { welch } from '../difference/welch.ts';
import { argumentsOf, DomainError } from '../domain-error.ts';
import { pointLift, relativeLift } from '../lift/relative-lift.ts';
import { sampleVariance, type Moments } from '../moments/moments.ts';
import { compareFewConversions, hasFewConversions } from './few-conversions.ts';
import type { ArmComparison, ArmSummary, MetricAnalysis, MetricKind } from './metric-analysis.ts';
import { comparisonWarnings } from './warnings.ts';

/** One arm's sample of the metric. */
export interface ArmSample {
  readonly key: string;
  /** `emptyMoments` for an arm that nobody was exposed to. */
  readonly moments: Moments;
  /** Sample skewness of the values (ClickHouse `skewSamp`), where known; a long tail is warned of. */
  readonly skewness?: number;
}

/** What `analyseMetric` works on. */
export interface MetricSamples {
  /** All arms of the experiment, the baseline among them; at least two. */
  readonly arms: readonly ArmSample[];
  readonly baselineKey: string;
  /** In (0, 1): one minus the level of the intervals. */
  readonly alpha: number;
  /** 'mean' where absent. 'conversion' says that each value is 0 or 1, which allows exact methods for few conversions. */
  readonly metricKind?: MetricKind;
}

/**
 * Compares every arm with the baseline, at a fixed horizon: Welch's test with its interval, Fieller's interval for the relative lift
 * with the same critical value, and for few conversions Fisher's mid-p with Newcombe's interval.
 *
 * Data without units, without variance or too large for a double still have a result; `MetricAnalysis` says why a figure is missing.
 *
 * It assumes one look, decided on before the start, independent units and about normal means; warnings name arms for which that
 * is doubtful. Sources: `welch`, `relativeLift`, `fisherExact`, `newcombeInterval`.
 *
 * @throws DomainError for a caller's mistakes: no such baseline, keys that repeat, fewer than two arms, a count or sum of squares
 *   below 0, a conversion rate outside of [0, 1], alpha out of range.
 */
export function analyseMetric(samples: MetricSamples): MetricAnalysis {
  const { arms, baselineKey, alpha, metricKind = 'mean' } = samples;
  const baseline = checkedBaseline(samples, metricKind);
  const treatments = arms.filter((arm) => arm !== baseline);
  const comparisons = treatments.map((treatment) =>
    compare({ baseline, treatment, alpha, metricKind, comparisons: treatments.length }),
  );
  return { metricKind, baselineKey, alpha, arms: arms.map(summarise), comparisons };
}

function checkedBaseline({ arms, baselineKey, alpha }: MetricSamples, metricKind: MetricKind): ArmSample {
  const check = argumentsOf('analyseMetric');
  check(alpha > 0 && alpha < 1, 'alpha', alpha, 'between 0 and 1');
  check(arms.length >= 2, 'the number of arms', arms.length, 'at least 2');
  check(
    new Set(arms.map(({ key }) => key)).size === arms.length,
    'arms',
    arms.map(({ key }) => key).join(', '),
    'of distinct keys',
  );
  for (const { key, moments } of arms) {
    check(Number.isSafeInteger(moments.n) && moments.n >= 0, `n of ${key}`, moments.n, 'a whole number of at least 0');
    check(!(moments.m2 < 0), `m2 of ${key}`, moments.m2, 'at least 0');
    const isRate = moments.mean >= 0 && moments.mean <= 1;
    check(metricKind === 'mean' || isRate, `conversion rate of ${key}`, moments.mean, 'from 0 to 1');
  }
  const baseline = arms.find(({ key }) => key === baselineKey);
  if (baseline !== undefined) return baseline;
  const requirement = `one of ${arms.map(({ key }) => key).join(', ')}`;
  throw new DomainError('OUT_OF_DOMAIN', {
    functionName: 'analyseMetric',
    argument: 'baselineKey',
    value: baselineKey,
    requirement,
  });
}

interface Pair {
  readonly baseline: ArmSample;
  readonly treatment: ArmSample;
  readonly alpha: number;
  readonly metricKind: MetricKind;
  /** How many arms are compared with the baseline in all. */
  readonly comparisons: number;
}

function compare(pair: Pair): ArmComparison {
  const { baseline, treatment, alpha, metricKind } = pair;
  const { key } = treatment;
  const warnings = comparisonWarnings(pair);
  const point = pointLift(baseline.moments.mean, treatment.moments.mean);
  const known = baseline.moments.n > 0 && treatment.moments.n > 0 && point !== undefined ? { lift: point } : {};
  if (metricKind === 'conversion' && (hasFewConversions(baseline.moments) || hasFewConversions(treatment.moments))) {
    const difference = compareFewConversions(baseline.moments, treatment.moments, alpha);
    const reason = difference.kind === 'ok' ? 'few-conversions' : 'difference-not-computable';
    return { key, difference, lift: { kind: 'not-measurable', reason, ...known }, warnings };
  }
  const outcome = welch(baseline.moments, treatment.moments, { alpha });
  if (outcome.kind === 'not-computable') {
    return {
      key,
      difference: outcome,
      lift: { kind: 'not-measurable', reason: 'difference-not-computable', ...known },
      warnings,
    };
  }
  const { criticalValue, ...difference } = outcome;
  const lift = relativeLift({ control: estimate(baseline.moments), treatment: estimate(treatment.moments), criticalValue });
  return { key, difference: { ...difference, method: 'welch' }, lift, warnings };
}

/** Only asked where Welch's test was computable, hence with at least two units. */
function estimate(moments: Moments): { readonly mean: number; readonly variance: number } {
  return { mean: moments.mean, variance: (sampleVariance(moments) ?? 0) / moments.n };
}

function summarise({ key, moments }: ArmSample): ArmSummary {
  const { n, mean } = moments;
  const variance = sampleVariance(moments) ?? Number.NaN;
  return {
    key,
    n,
    ...(n > 0 && Number.isFinite(mean) ? { mean } : {}),
    ...(Number.isFinite(variance) ? { standardDeviation: Math.sqrt(variance), standardError: Math.sqrt(variance / n) } : {}),
  };
}
