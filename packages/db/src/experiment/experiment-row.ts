import type { Selectable } from 'kysely';
import type { ExperimentExperiment, ExperimentSaga } from '../gen/schema.ts';

export const experimentStates = ['draft', 'starting', 'running', 'stopping', 'stopped'] as const;

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
  'state' | 'assignment' | 'arms' | 'start_problem' | 'metric_versions'
> & {
  readonly state: ExperimentState;
  readonly assignment: Assignment;
  readonly arms: readonly StoredArm[];
  readonly start_problem: StoredProblem | null;
  /** Of the current iteration; empty before the first start. */
  readonly metric_versions: readonly StoredMetricVersion[];
};

/** A start or stop that is half done. */
export type SagaRow = Omit<Selectable<ExperimentSaga>, 'actor'> & { readonly actor: StoredActor };

/** The columns hold nothing else: checks and this module's writers see to it. */
export function experimentRow(row: Selectable<ExperimentExperiment>): ExperimentRow {
  return row as unknown as ExperimentRow;
}
