import { parseMetricDefinition, type MetricDefinition } from '@stitchd/core';

/** A definition as the interface gives it, in full. Undefined: of a kind that this page does not know. */
export function readMetric(definition: unknown): MetricDefinition | undefined {
  const parsed = parseMetricDefinition(definition);
  return parsed.kind === 'ok' ? parsed.value : undefined;
}
