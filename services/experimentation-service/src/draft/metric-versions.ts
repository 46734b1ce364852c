import { metricWindow, parseMetricDefinition } from '@stitchd/core';
import type { IterationMetric, StoredMetric } from '@stitchd/db/experiment';
import { isProblem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { experimentLimits } from '../limits.ts';

/** Metrics as an iteration would be measured by them now. */
export interface MeasuredMetrics {
  /** One that is gone has no version, and results say so. */
  readonly metrics: readonly IterationMetric[];
  /** How long after a stop the events of the last units may still come. */
  readonly graceMs: number;
}

/** The latest version of each metric. */
export async function latestMetrics(ctx: ExperimentationContext, metrics: readonly StoredMetric[]): Promise<MeasuredMetrics> {
  const found = await Promise.all(metrics.map((metric) => latestVersion(ctx, metric)));
  const { lowMs, highMs } = experimentLimits.grace;
  const longestMs = Math.max(lowMs, ...found.map(({ windowMs }) => windowMs));
  return { metrics: found.map(({ metric }) => metric), graceMs: Math.min(longestMs, highMs) };
}

async function latestVersion(
  ctx: ExperimentationContext,
  metric: StoredMetric,
): Promise<{ readonly metric: IterationMetric; readonly windowMs: number }> {
  try {
    const { definition, definitionVersion } = await ctx.metrics.getMetric({ key: metric.key });
    const parsed = parseMetricDefinition(definition);
    const windowMs = parsed.kind === 'ok' ? metricWindow(parsed.value).toMs : undefined;
    return { metric: { ...metric, version: definitionVersion }, windowMs: windowMs ?? 0 };
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return { metric, windowMs: 0 };
    throw error;
  }
}

/** Which versions there are, as lists of experiments show them. */
export function versionsOf(metrics: readonly IterationMetric[]) {
  return metrics.flatMap(({ key, version }) => (version === undefined ? [] : [{ key, version }]));
}

/** The latest version of each of these metrics; one that is gone is left out. */
export async function latestMetricVersions(ctx: ExperimentationContext, keys: readonly string[]) {
  const { metrics } = await latestMetrics(
    ctx,
    keys.map((key) => ({ key, role: 'secondary' })),
  );
  return versionsOf(metrics);
}
