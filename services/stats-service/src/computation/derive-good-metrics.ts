import { eventStoreErrorOf, type EventStoreError } from '@stitchd/db/clickhouse';
import type { DerivedState } from '@stitchd/db/stats';
import type { FailedMetric } from '../results/metric-result.ts';
import { deriveFigures, findLinks, type Computing, type DerivedFigures } from './derive-figures.ts';
import type { DerivedPeriod } from './derived-units.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { readRawMetrics, shownQuery, type ReadScope } from './read-figures.ts';

export interface GoodFigures extends DerivedFigures {
  /** What was computed: metrics at fault are in it as failed. */
  readonly plan: ComputationPlan;
}

/** What is asked for, and whether it is asked again where it takes too long. */
export interface ComputingGood extends Computing {
  /** Nobody tries again: a metric whose statement takes too long is at fault like one that is refused. */
  readonly isLastAttempt?: boolean;
}

/**
 * The figures of every metric that has some. All metrics share their statements, so that one at fault would take the others with it:
 * where such a statement fails for good, each metric is asked for by itself, and those that fail alone too are left out.
 *
 * @throws what failed, where no metric is at fault or none is left, and where it may work the next time
 */
export async function deriveGoodMetrics(
  given: ComputingGood,
  period: DerivedPeriod,
  known: DerivedState | undefined,
): Promise<GoodFigures> {
  const { plan } = given;
  try {
    return { ...(await deriveFigures(given, period, known)), plan };
  } catch (error) {
    if (lastingCause(error, given) === undefined) throw error;
    const failed = await findFailing(given, period);
    if (failed.size === 0 || failed.size === plannedMetrics(plan).length) throw error;
    const good = { ...plan, metrics: plan.metrics.map((metric) => failed.get(metric.key) ?? metric) };
    return { ...(await deriveFigures({ ...given, plan: good }, period, known)), plan: good };
  }
}

async function findFailing(given: ComputingGood, { to }: DerivedPeriod): Promise<ReadonlyMap<string, FailedMetric>> {
  const links = await findLinks(given);
  const scope: ReadScope = { caps: {}, isEnded: to !== undefined && to <= given.bounds.dataUntil };
  const failed = new Map<string, FailedMetric>();
  for (const metric of plannedMetrics(given.plan)) {
    const asking = { ...given, plan: { ...given.plan, metrics: [metric] } };
    try {
      await readRawMetrics(asking, links, scope);
    } catch (error) {
      const cause = lastingCause(error, given);
      if (cause === undefined) throw error;
      failed.set(metric.key, failedMetric(metric, cause, shownQuery(asking, links, scope).sql));
    }
  }
  return failed;
}

function failedMetric({ key, name, role }: MetricPlan, cause: LastingCause, query: string): FailedMetric {
  const message = messageOf(name, cause);
  return { kind: 'failed', key, role, failure: { code: 'QUERY_FAILED', message, stage: 'figures', query } };
}

function messageOf(name: string, cause: LastingCause): string {
  switch (cause.kind) {
    case 'memory':
      return `${name} needs more memory than one query may have.`;
    case 'timeout':
      return `${name} takes longer than one query may.`;
    case 'rows':
    case 'query':
      return `The event store refused the query of ${name} with its code ${cause.code}.`;
  }
}

type LastingCause = Exclude<EventStoreError, { readonly kind: 'unavailable' }>;

/** Of what fails again whenever it is asked, as far as can be told; undefined for anything else. */
function lastingCause(error: unknown, { isLastAttempt = false }: ComputingGood): LastingCause | undefined {
  const cause = eventStoreErrorOf(error);
  if (cause === undefined || cause.kind === 'unavailable') return undefined;
  return cause.kind === 'timeout' && !isLastAttempt ? undefined : cause;
}
