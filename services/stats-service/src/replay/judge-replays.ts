import { randomisationBelowUnits } from '@stitchd/statistics';
import type { MetricPlan } from '../computation/metric-plan.ts';
import { binomialBand } from './binomial-band.ts';
import type { ReplayedComparison, ReplayedMetric, ReplayVerdict } from './replay-result.ts';
import { unitsOf, type ReplayValues } from './replay-metric.ts';
import type { ReplayCounts } from './run-replays.ts';

type Replayed = Extract<ReplayedMetric, { readonly kind: 'replayed' }>;

/** Of tests that are right, one in a hundred is outside. */
const outsideBand = 0.01;

/** Under this share of replays with an answer nothing is said. */
const leastAnswered = 0.5;

/** What is to be known of a metric's numbers beside them. */
export type ReplayFacts = Pick<Replayed, 'estimate' | 'units'>;

export function factsOf(values: ReplayValues): ReplayFacts {
  return { estimate: values.kind === 'event-quantile' ? 'quantile' : values.kind, units: unitsOf(values) };
}

/** What the replays say of one metric. */
export function judgeReplays(
  { key, name }: Pick<MetricPlan, 'key' | 'name'>,
  facts: ReplayFacts,
  counts: readonly ReplayCounts[],
  options: { readonly variants: readonly string[]; readonly alpha: number; readonly replays: number },
): Replayed {
  const comparisons = counts.map((count, index) => judge(count, options.variants[index] ?? '', options));
  const verdict = gravest(comparisons.map((comparison) => comparison.verdict));
  const shown = comparisons.find((comparison) => comparison.verdict === verdict);
  return {
    kind: 'replayed',
    key,
    name,
    ...facts,
    comparisons,
    verdict,
    words: shown === undefined ? '' : wordsOf(name, shown, options.alpha),
  };
}

function judge(
  { replays, falsePositives, histogram }: ReplayCounts,
  variant: string,
  options: { readonly alpha: number; readonly replays: number },
): ReplayedComparison {
  const band = replays === 0 ? { low: 0, high: 0 } : binomialBand(replays, options.alpha, outsideBand);
  return {
    variant,
    replays,
    falsePositives,
    rate: replays === 0 ? 0 : falsePositives / replays,
    band: replays === 0 ? { low: 0, high: 1 } : { low: band.low / replays, high: band.high / replays },
    verdict: verdictOf(),
    histogram,
  };
  function verdictOf(): ReplayVerdict {
    if (replays < leastAnswered * options.replays) return 'not-computable';
    if (falsePositives > band.high) return 'too-many';
    return falsePositives < band.low ? 'cautious' : 'calibrated';
  }
}

const byGravity: readonly ReplayVerdict[] = ['too-many', 'not-computable', 'cautious', 'calibrated'];

function gravest(verdicts: readonly ReplayVerdict[]): ReplayVerdict {
  return byGravity.find((verdict) => verdicts.includes(verdict)) ?? 'not-computable';
}

const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
const count = (number: number): string => number.toLocaleString('en-GB');

function wordsOf(name: string, { replays, falsePositives, rate, band, verdict }: ReplayedComparison, alpha: number): string {
  if (verdict === 'not-computable')
    return (
      `${name}: too few units have had its whole window, or all have the same value. ` +
      `A mean of fewer than ${randomisationBelowUnits} units in an arm is judged by shuffled labels, which are right by construction.`
    );
  const facts =
    `${name}: of ${count(replays)} changes that change nothing, ${count(falsePositives)} were called (${percent(rate)}); ` +
    `at a level of ${percent(alpha)}, from ${percent(band.low)} to ${percent(band.high)} is what luck allows.`;
  switch (verdict) {
    case 'calibrated':
      return `${facts} It can be trusted.`;
    case 'cautious':
      return `${facts} It calls less than it might: nothing is wrong, but it may need more units than planned.`;
    case 'too-many':
      return `${facts} It calls too much: a few units with very large values are the usual cause. Cap it, or choose another metric.`;
  }
}

/** The whole in a sentence. */
export function replayWords(metrics: readonly ReplayedMetric[], units: number): string {
  if (units === 0) return 'No unit of this kind was seen in this time: there is nothing to replay.';
  const named = (verdict: ReplayVerdict): readonly string[] =>
    metrics.flatMap((metric) => (metric.kind === 'replayed' && metric.verdict === verdict ? [metric.name] : []));
  const [wrong, silent] = [
    named('too-many'),
    [...named('not-computable'), ...metrics.filter(({ kind }) => kind === 'failed').map(({ name }) => name)],
  ];
  if (wrong.length > 0)
    return `${wrong.join(', ')}: differences are called that are not there. Don't start before that is mended.`;
  if (silent.length > 0) return `Nothing can be said of ${silent.join(', ')}; the other metrics call no more than they should.`;
  return 'No metric calls more differences that are not there than it should.';
}
