import { metricRoles, type ExperimentKind, type MetricRole, type StoredMetric } from '@stitchd/db/experiment';
import type { ExperimentMetric } from '@stitchd/proto/experiment/v1/experiment';
import { experimentLimits } from '../limits.ts';
import type { FieldErrors } from './field-errors.ts';

type Given = Pick<ExperimentMetric, 'key' | 'role' | 'margin'>;

/**
 * The metrics of an experiment, the primary one first. A guardrail without a margin gets the default one.
 * @param kind - an experiment needs exactly one primary metric, a rollout may have one
 */
export function readMetrics(given: readonly Given[], kind: ExperimentKind, errors: FieldErrors): readonly StoredMetric[] {
  const { metrics: most } = experimentLimits;
  errors.check(given.length >= 1 && given.length <= most, 'metrics', `must be 1 to ${most}`);
  errors.check(new Set(given.map(({ key }) => key)).size === given.length, 'metrics', 'must be different');
  const metrics = given.map((metric, index) => readMetric(metric, `metrics[${index}]`, errors));
  const primary = metrics.filter(({ role }) => role === 'primary');
  if (kind === 'experiment')
    errors.check(given.length === 0 || primary.length === 1, 'metrics', 'must have exactly one with the role primary');
  else errors.check(primary.length <= 1, 'metrics', 'must have at most one with the role primary');
  return [...primary, ...metrics.filter(({ role }) => role !== 'primary')];
}

function readMetric({ key, role, margin }: Given, path: string, errors: FieldErrors): StoredMetric {
  const known = metricRoles.find((one) => one === role);
  errors.check(known !== undefined, `${path}.role`, `must be one of ${metricRoles.join(', ')}`);
  if (known !== 'guardrail') {
    errors.check(margin === undefined, `${path}.margin`, 'is for guardrails only');
    return { key, role: known ?? 'secondary' };
  }
  const { high, default: usual } = experimentLimits.margin;
  const usable = margin === undefined || (margin > 0 && margin <= high);
  errors.check(usable, `${path}.margin`, `must be more than 0 and at most ${high}: 0.01 allows a worsening of 1 %`);
  return { key, role: known satisfies MetricRole, margin: margin ?? usual };
}
