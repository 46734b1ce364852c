import type { Selectable } from 'kysely';
import type { ExperimentExperiment, ExperimentSaga } from '../gen/schema.ts';

export const experimentStates = ['draft', 'starting', 'running', 'paused', 'stopping', 'stopped'] as const;

/** `starting` and `stopping` are half done: a saga brings them to the next state. */
export type ExperimentState = (typeof experimentStates)[number];

export const assignments = ['split', 'recorded'] as const;

/** Who assigns arms: a split of ours, or somebody else, who records them in exposures. */
export type Assignment = (typeof assignments)[number];

/** A variant and its expected share, in thousandths of a percent. */
export interface StoredArm {
  readonly variant: string;
  readonly expectedMilliPercent: number;
}

export const experimentKinds = ['experiment', 'rollout'] as const;

/** An experiment has a plan and ends in a verdict; a rollout is watched. */
export type ExperimentKind = (typeof experimentKinds)[number];

export const metricRoles = ['primary', 'secondary', 'guardrail'] as const;

/** What a metric is for: to decide by, to learn from, or not to be harmed. */
export type MetricRole = (typeof metricRoles)[number];

/** A metric of an experiment. */
export interface StoredMetric {
  readonly key: string;
  readonly role: MetricRole;
  /** Of a guardrail: the relative worsening that is allowed, 0.01 is 1 %. */
  readonly margin?: number;
}

/** What an experiment should find, and what that takes. */
export interface StoredPlan {
  /** Relative and above 0: the smallest effect on the primary metric that should be found. Absent: nothing planned. */
  readonly minimumEffect?: number;
  /** The chance to find it. */
  readonly power: number;
  /** All arms together. */
  readonly plannedUnits?: number;
  readonly plannedDays?: number;
  /** ISO 8601. */
  readonly endsAt?: string;
}

export const designs = ['sequential', 'fixed-horizon'] as const;
export const adjustments = ['on', 'off'] as const;
export const harmAnswers = ['tell', 'serve-baseline'] as const;

/** How results are computed. */
export interface StoredAnalysis {
  readonly design: (typeof designs)[number];
  readonly adjustment: (typeof adjustments)[number];
  readonly prePeriodDays: number;
  readonly scheduleMinutes: number;
  readonly onHarm: (typeof harmAnswers)[number];
  /** Names of exposure attributes. */
  readonly dimensions: readonly string[];
}

/** What is served after a stop. */
export type StoredServe = { readonly note: string } & (
  | { readonly kind: 'keep' }
  | { readonly kind: 'variant'; readonly variant: string }
);

/** A metric, and which of its definitions counts. */
export interface StoredMetricVersion {
  readonly key: string;
  readonly version: number;
}

/** Why a start was refused. */
export interface StoredProblem {
  readonly code: string;
  readonly detail: string;
}

/** Who asked for something, for the audit log. */
export interface StoredActor {
  readonly kind: string;
  readonly id: string;
  readonly name: string;
}

/** An experiment as it is stored. */
export type ExperimentRow = Omit<
  Selectable<ExperimentExperiment>,
  | 'state'
  | 'kind'
  | 'assignment'
  | 'arms'
  | 'start_problem'
  | 'metrics'
  | 'metric_versions'
  | 'plan'
  | 'analysis'
  | 'served_after'
> & {
  readonly state: ExperimentState;
  readonly kind: ExperimentKind;
  readonly assignment: Assignment;
  /** The primary one first. */
  readonly metrics: readonly StoredMetric[];
  readonly plan: StoredPlan;
  readonly analysis: StoredAnalysis;
  readonly served_after: StoredServe | null;
  readonly arms: readonly StoredArm[];
  readonly start_problem: StoredProblem | null;
  /** Of the current iteration; empty before the first start. */
  readonly metric_versions: readonly StoredMetricVersion[];
};

/** A start or stop that is half done. */
export type SagaRow = Omit<Selectable<ExperimentSaga>, 'actor' | 'serve'> & {
  readonly actor: StoredActor;
  /** Of a stop. */
  readonly serve: StoredServe | null;
};

/** The columns hold nothing else: checks and this module's writers see to it. */
export function experimentRow(row: Selectable<ExperimentExperiment>): ExperimentRow {
  return row as unknown as ExperimentRow;
}
