import type { Interval } from '@stitchd/statistics';
import type { Parameters } from '../computation/query.ts';
import type { DecisionResult } from './decision-result.ts';
import type { HealthCheck } from './health-check.ts';
import type { MetricResult } from './metric-result.ts';

/**
 * The results of one iteration of an experiment, as they are stored and served: plain JSON with finite numbers only. What
 * does not exist is `null`, and something beside it says why. Shares and lifts are parts of one: 0.05 is 5 %.
 *
 * Every number can be recomputed: `inputs` say what was asked for, and the bundle of a result holds the sufficient statistics from which
 * `analyse` makes the same result again.
 */
export interface ExperimentResults {
  readonly experimentId: string;
  readonly experimentKey: string;
  /** 'rollout': watched without a plan; intervals hold at any look and nothing is ever called a winner. */
  readonly kind: 'experiment' | 'rollout';
  readonly iterationId: string;
  /** Counts from 1. */
  readonly iteration: number;
  /** Of the iteration's frozen settings; empty where it has none. */
  readonly snapshotHash: string;
  /** Of the methods that gave these numbers. */
  readonly engineVersion: string;
  /** 'split': Stitchd assigned the arms. 'recorded': somebody else did; the variant of the exposure is the arm. */
  readonly assignment: string;
  /** Exposures in [from, to) count, ISO 8601. While the experiment runs, `to` is `dataUntil`. */
  readonly from: string;
  readonly to: string;
  /** Items that were stored until then take part, by the event store's clock. Later ones are in the next results. */
  readonly dataUntil: string;
  readonly computedAt: string;
  /** Computed after the experiment stopped and its grace period ended: nothing changes any more. */
  readonly isFinal: boolean;
  /**
   * How a comparison is judged. 'sequential': against the plan, at any look. 'fixed-horizon': once, at the planned end. 'always-valid':
   * at any look, without a plan.
   */
  readonly design: Design;
  /** Whether the verdict uses the figures that are adjusted by what was known before the exposure. */
  readonly adjustment: 'on' | 'off';
  /** Of `units`, useless changes that are called; intervals have the level 1 − alpha. */
  readonly alpha: number;
  /** The kind of context whose key is the unit. */
  readonly unitKind: string;
  readonly baselineVariant: string;
  /** Times in which the arms' weights did not change, in order; counted from 1. */
  readonly periods: readonly PeriodResult[];
  /** Every arm, in the order of the experiment. */
  readonly arms: readonly ArmResult[];
  /** What was exposed under this iteration. */
  readonly exposures: ExposureCounts;
  /** How the events of the metrics name the unit; null where no metric asks for any. */
  readonly events: EventCounts | null;
  /** Every check, always, in the same order. */
  readonly health: readonly HealthCheck[];
  readonly sequential: SequentialResult;
  readonly plan: PlanResult;
  /** null before seven full days under one enrolment, and where a pause is among the last seven. */
  readonly traffic: TrafficResult | null;
  /** What true effects are like here; from this organisation's own finished experiments. */
  readonly prior: PriorResult;
  readonly decision: DecisionResult;
  /** The primary one first, then guardrails and secondary ones as in the experiment. A metric that can't be computed says so here. */
  readonly metrics: readonly MetricResult[];
  readonly inputs: ResultInputs;
}

export type Design = 'sequential' | 'fixed-horizon' | 'always-valid';

export interface PeriodResult {
  readonly number: number;
  readonly from: string;
  /** null for the one that goes on. */
  readonly to: string | null;
  /** The part of all units that take part at all; 1 where nobody is left out. */
  readonly enrolmentShare: number;
  /** Units that were first exposed in a pause take no part. */
  readonly isPause: boolean;
}

export interface ArmResult {
  readonly variant: string;
  /** Different units whose first exposure was to this arm. */
  readonly units: number;
  /** Of those, the ones that were exposed to another arm later. They count for the one that they saw first. */
  readonly mixedUnits: number;
  /** Of those that take part, the ones that were first seen by a delivery of all values; the others by a read. */
  readonly deliveredUnits: number;
  /** In the last period; 0…1, all together 1. */
  readonly expectedShare: number;
  /** Summed over the periods; null while no unit was exposed. */
  readonly expectedUnits: number | null;
  /** Pauses included, whose units take no part. */
  readonly periods: readonly {
    readonly period: number;
    readonly units: number;
    readonly expectedShare: number;
  }[];
}

export interface ExposureCounts {
  /** Each item once, whatever its variant. */
  readonly items: number;
  /** Exposures whose context lacks the unit's kind; they count for nobody. */
  readonly withoutUnit: number;
  /** Variants that are no arm (an off variant, say), with their exposures; they count for nobody. */
  readonly otherVariants: readonly { readonly variant: string; readonly items: number }[];
  /** What each of the environment's exclusions left out, in their order; nothing of it is in any other count. */
  readonly excluded: readonly { readonly name: string; readonly items: number; readonly units: number }[];
  /** Units by the day (UTC, YYYY-MM-DD) of their first exposure and their arm, in this order. */
  readonly days: readonly { readonly day: string; readonly variant: string; readonly units: number }[];
}

/** Events of the metrics that were stored in the last 24 hours before `dataUntil`; a retry may count twice here. */
export interface EventCounts {
  readonly items: number;
  /** Without a key of the experiment's unit kind. */
  readonly withoutUnit: number;
  /** Of those, the ones with another key that is known to belong to some unit; the others count for nobody. */
  readonly linked: number;
}

/** Where the primary metric stands in its plan. */
export interface SequentialResult {
  /** t: the share of the plan that has matured, 0…1; null without a plan, and before anything matured. */
  readonly share: number | null;
  /** Matured units of all arms together, and how many are planned; null without a plan. */
  readonly maturedUnits: number;
  readonly plannedUnits: number | null;
  readonly endsAt: string | null;
  /** The plan or the end date was reached: nothing is called any more. */
  readonly isClosed: boolean;
  readonly closedBy: 'plan' | 'end-date' | null;
}

/** What was planned, and what the data can show by now. */
export interface PlanResult {
  /** Relative: the least effect that matters; null for a rollout. */
  readonly minimumEffect: number | null;
  readonly power: number | null;
  readonly plannedDays: number | null;
  /** The window of the primary metric; null where it goes on growing. */
  readonly windowHours: number | null;
  /** Days since the start, with their fraction. */
  readonly elapsedDays: number;
  /** Relative: the smallest true effect that this look would call with the planned power; null before there is an interval. */
  readonly currentMinimumEffect: number | null;
  /** null once the plan is reached or it has ended. */
  readonly daysLeft: DaysLeftResult | null;
  /** When the first units have matured; null once they have or it has ended, and for a metric without a window. */
  readonly firstResultsAt: string | null;
  /** What was changed after the start, in words; the metrics among it are exploratory. */
  readonly changedAfterStart: readonly string[];
}

/** Units that would meet the change in a week if everybody got it, at the traffic of the last seven full days. */
export interface TrafficResult {
  /** Beyond those that take part: all of the layer and all that are not enrolled. */
  readonly unitsPerWeek: number;
  /** Of level 1 − alpha. */
  readonly interval: Interval;
  /** Of those units the part that takes part, in (0, 1]. */
  readonly enrolledShare: number;
}

/** Until the plan is reached, at today's traffic; with 80 % probability between low and high. */
export type DaysLeftResult =
  | { readonly kind: 'days'; readonly days: number; readonly low: number; readonly high: number }
  /** More than 60 days. */
  | { readonly kind: 'change-the-plan' }
  /** Fewer than seven full days were seen. */
  | { readonly kind: 'too-early' };

export interface PriorResult {
  /** τ: the standard deviation of true relative effects. */
  readonly deviation: number;
  /** The middle 80 % of what is believed of it. */
  readonly low: number;
  readonly high: number;
  /** Finished experiments that it was learnt from. With none it is the general one. */
  readonly experiments: number;
}

/** What the figures were made from. */
export interface ResultInputs {
  /** The statement that gave every arm's figures, with its parameters; it runs as it is with ClickHouse's client. */
  readonly sql: string;
  readonly parameters: Parameters;
  /** Rows that this computation read; null where the event store did not tell. */
  readonly rowsRead: number | null;
  /**
   * Everything that was accepted until then is in the figures, as far as replicas have said what waits with them; null before the
   * first item.
   */
  readonly watermark: string | null;
  /** Of the events that were stored in the last day and happened after the start, those that came more than an hour after they happened. */
  readonly lateShare: number;
  /** Of the units, those whose window of the primary metric has closed. */
  readonly maturedShare: number;
  readonly lastExposureAt: string | null;
  readonly lastEventAt: string | null;
  /**
   * 'full' from all items, and compared with them once more in last computations and where that was asked for, 'incremental' from what was new, 'checked' likewise and then compared with all items; 'recounted' where that
   * comparison found other counts of exposures alone, 'repaired' where it found other figures and everything was made anew, 'differs' where
   * a second comparison did not agree, or was not finished: the metrics' figures are from all items then; 'unchecked' where the first was not.
   */
  readonly derivation: 'full' | 'incremental' | 'checked' | 'recounted' | 'repaired' | 'differs' | 'unchecked';
}
