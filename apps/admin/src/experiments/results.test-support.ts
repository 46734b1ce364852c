import example from '../../../../conformance/results/example-results.json' with { type: 'json' };
import type { ComputedMetric, ExperimentResults } from './results.ts';

/** The example that the results' own shape is tested with: three arms, guardrails, a stale metric and one that failed. */
export const results = example as unknown as ExperimentResults;

export function metricOf(key: string): ComputedMetric {
  const metric = results.metrics.find((one) => one.key === key);
  if (metric?.kind !== 'computed') throw new Error(`The example has no computed metric ${key}.`);
  return metric;
}

export const primary = metricOf('purchase-rate');
const [first] = primary.comparisons;
if (first === undefined) throw new Error('The example compares nothing.');
export const comparison = first;
