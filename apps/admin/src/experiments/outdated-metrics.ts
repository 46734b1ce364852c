import type { Schemas } from '@stitchd/rest-client';

export interface OutdatedMetric {
  readonly key: string;
  readonly name: string;
  readonly kept: number;
  readonly latest: number;
}

/** Metrics that a running experiment measures by another version than the latest. */
export function outdatedMetrics(
  { state, metricVersions }: Pick<Schemas['Experiment'], 'state' | 'metricVersions'>,
  metrics: readonly Pick<Schemas['Metric'], 'key' | 'name' | 'definitionVersion'>[],
): readonly OutdatedMetric[] {
  if (state !== 'running') return [];
  return metricVersions.flatMap(({ key, version }) => {
    const metric = metrics.find((one) => one.key === key);
    if (metric === undefined || metric.definitionVersion === version) return [];
    return [{ key, name: metric.name, kept: version, latest: metric.definitionVersion }];
  });
}
