import { isDeepStrictEqual } from 'node:util';
import type { ExperimentRow, StoredMetric } from '@stitchd/db/experiment';
import { problem } from '@stitchd/service-kit';

type Decisive = Pick<
  ExperimentRow,
  'metrics' | 'baseline_variant' | 'alpha' | 'plan' | 'analysis' | 'wanted_enrolment_milli_percent'
>;

/**
 * Once an experiment has started, whoever could still choose metrics, error rate or plan could choose the result. Margins, the
 * schedule, the answer to harm and dimensions decide no verdict on the primary metric.
 * @throws INVALID_STATE naming what may not change
 */
export function refuseDecisive(before: ExperimentRow, change: Decisive): void {
  const [was, is] = [decisiveParts(before), decisiveParts(change)];
  const errors = Object.keys(was)
    .filter((name) => !isDeepStrictEqual(was[name], is[name]))
    .map((name) => ({ path: name, message: `can be changed only before the start; this is ${before.state}` }));
  if (errors.length > 0) {
    const names = errors.map(({ path }) => path).join(', ');
    throw problem('INVALID_STATE', `Only before the start can these change: ${names}. This is ${before.state}.`, { errors });
  }
}

function decisiveParts(row: Decisive): Readonly<Record<string, unknown>> {
  const { design, adjustment, prePeriodDays } = row.analysis;
  return {
    metrics: row.metrics.map(({ key, role }: StoredMetric) => ({ key, role })),
    baselineVariant: row.baseline_variant,
    alpha: row.alpha,
    plan: row.plan,
    'analysis.design': design,
    'analysis.adjustment': adjustment,
    'analysis.prePeriodDays': prePeriodDays,
    enrolmentMilliPercent: row.wanted_enrolment_milli_percent,
  };
}
