import type { ComputationPlan, Exclusion, MetricPlan } from '../computation/metric-plan.ts';

/** Where units of the past were seen. */
export type PastTraffic =
  /** Exposed to anything, or with an event of a metric. */
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'flag'; readonly flagKey: string }
  /** At one rule of a flag; an empty id: where no rule fits. */
  | { readonly kind: 'rule'; readonly flagKey: string; readonly ruleId: string };

/** The past of an environment, as far as a plan or a replay looks back. */
export interface History {
  readonly environmentId: string;
  readonly unitKind: string;
  readonly metrics: readonly MetricPlan[];
  readonly exclusions: readonly Exclusion[];
  readonly traffic: PastTraffic;
  /** ISO 8601. */
  readonly from: string;
  readonly to: string;
  /** 0: nothing is read of the time before. */
  readonly prePeriodDays: number;
}

const nobody = '00000000-0000-0000-0000-000000000000';

/** An experiment of one arm that all of the past was in. Nobody watches it for harm, so that every metric is a secondary one. */
export function pastPlan({ environmentId, unitKind, metrics, exclusions, from, prePeriodDays }: History): ComputationPlan {
  return {
    environmentId,
    unitKind,
    metrics: metrics.map((metric) => ({ ...metric, role: 'secondary' })),
    exclusions,
    prePeriodDays,
    source: { kind: 'iteration' },
    experimentId: nobody,
    experimentKey: '',
    iterationId: nobody,
    iteration: 1,
    startedAt: from,
    assignment: 'recorded',
    alpha: 0.05,
    baselineVariant: '',
    arms: [{ variant: '', expectedMilliPercent: 100_000 }],
    periods: [],
    dimensions: [],
  };
}
