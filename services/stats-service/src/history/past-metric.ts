import { problemOf } from '@stitchd/service-kit';
import { parseMetricDefinition } from '@stitchd/core';
import type { StatsContext } from '../context.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';

/** A metric that the past can't be asked for. */
export interface MissingMetric {
  readonly kind: 'failed';
  readonly key: string;
  readonly name: string;
  readonly code: 'METRIC_NOT_FOUND' | 'METRIC_UNSUPPORTED' | 'NO_DATA';
  readonly message: string;
}

/** Metrics by their latest definitions, in the order asked for; the first is the primary one. */
export function findPastMetrics(ctx: StatsContext, keys: readonly string[]): Promise<readonly (MetricPlan | MissingMetric)[]> {
  return Promise.all(
    keys.map(async (key, index) => {
      try {
        const { name, definitionVersion, definition, type } = await ctx.metrics.getMetric({ key, definitionVersion: 0 });
        const parsed = parseMetricDefinition(definition);
        if (parsed.kind !== 'ok')
          return missing({ key, name }, 'METRIC_UNSUPPORTED', `This version can't compute metrics of the type "${type}".`);
        const role = index === 0 ? 'primary' : 'secondary';
        return { kind: 'planned', key, name, version: definitionVersion, definition: parsed.value, role } as const;
      } catch (error) {
        if (problemOf(error).code !== 'NOT_FOUND') throw error;
        return missing({ key, name: key }, 'METRIC_NOT_FOUND', `There is no metric "${key}".`);
      }
    }),
  );
}

export function missing(
  { key, name }: { readonly key: string; readonly name: string },
  code: MissingMetric['code'],
  message: string,
): MissingMetric {
  return { kind: 'failed', key, name, code, message };
}
