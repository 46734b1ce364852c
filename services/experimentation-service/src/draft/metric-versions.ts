import type { StoredMetricVersion } from '@stitchd/db/experiment';
import { isProblem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';

/** The latest version of each metric; one that is gone is left out, and results say so. */
export async function latestMetricVersions(
  ctx: ExperimentationContext,
  metricKeys: readonly string[],
): Promise<readonly StoredMetricVersion[]> {
  const versions = await Promise.all(metricKeys.map((key) => latestVersion(ctx, key)));
  return versions.flatMap((version) => version ?? []);
}

async function latestVersion(ctx: ExperimentationContext, key: string): Promise<StoredMetricVersion | undefined> {
  try {
    return { key, version: (await ctx.metrics.getMetric({ key })).definitionVersion };
  } catch (error) {
    if (isProblem(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}
