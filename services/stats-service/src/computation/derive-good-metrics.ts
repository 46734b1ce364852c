import { eventStoreErrorOf, type EventStoreError } from '@stitchd/db/clickhouse';
import type { DerivedState } from '@stitchd/db/stats';
import type { FailedMetric } from '../results/metric-result.ts';
import type { Asking } from './asking.ts';
import { deriveFigures, findLinks, type Computing, type DerivedFigures } from './derive-figures.ts';
import type { DerivedPeriod } from './derived-units.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { readRawMetrics, shownQuery, type ReadScope } from './read-figures.ts';

export interface GoodFigures extends DerivedFigures {
  /** What was computed: metrics at fault are in it as failed. */
  readonly plan: ComputationPlan;
}

/**
 * The figures of every metric that has some. All metrics share their statements, so that one at fault would take the others with it:
 * where such a statement fails for good, each metric is asked for by itself, and those that fail alone too are left out.
 *
 * @throws what failed, where no metric is at fault or none is left, and where it may work the next time
 */
export async function deriveGoodMetrics(
  given: Computing,
  period: DerivedPeriod,
  known: DerivedState | undefined,
): Promise<GoodFigures> {
  const { plan } = given;
  try {
    return { ...(await deriveFigures(given, period, known)), plan };
  } catch (error) {
    if (lastingCause(error) === undefined) throw error;
    const failed = await findFailing(given, period);
    if (failed.size === 0 || failed.size === plannedMetrics(plan).length) throw error;
    const good = { ...plan, metrics: plan.metrics.map((metric) => failed.get(metric.key) ?? metric) };
    return { ...(await deriveFigures({ ...given, plan: good }, period, known)), plan: good };
  }
}

async function findFailing(given: Asking, { to }: DerivedPeriod): Promise<ReadonlyMap<string, FailedMetric>> {
  const links = await findLinks(given);
  const scope: ReadScope = { caps: {}, isEnded: to !== undefined && to <= given.bounds.dataUntil };
  const failed = new Map<string, FailedMetric>();
  for (const metric of plannedMetrics(given.plan)) {
    const asking = { ...given, plan: { ...given.plan, metrics: [metric] } };
    try {
      await readRawMetrics(asking, links, scope);
    } catch (error) {
      const cause = lastingCause(error);
      if (cause === undefined) throw error;
      failed.set(metric.key, failedMetric(metric, cause, shownQuery(asking, links, scope).sql));
    }
  }
  return failed;
}

function failedMetric({ key, name, role }: MetricPlan, cause: LastingCause, query: string): FailedMetric {
  const message =
    cause.kind === 'memory'
      ? `${name} needs more memory than one query may have.`
      : `The event store refused the query of ${name} with its code ${cause.code}.`;
  return { kind: 'failed', key, role, failure: { code: 'QUERY_FAILED', message, stage: 'figures', query } };
}

type LastingCause = Extract<EventStoreError, { readonly kind: 'memory' | 'rows' | 'query' }>;

/** Of what fails again whenever it is asked; undefined for anything else. */
function lastingCause(error: unknown): LastingCause | undefined {
  const cause = eventStoreErrorOf(error);
  return cause === undefined || cause.kind === 'unavailable' || cause.kind === 'timeout' ? undefined : cause;
}
