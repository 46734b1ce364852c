/** Whose looks these are. */
export interface IterationScope {
  readonly organisationId: string;
  readonly environmentId: string;
  readonly experimentId: string;
  readonly iterationId: string;
}

/** The columns that every table of an iteration has. */
export function scopeColumns({ organisationId, environmentId, experimentId, iterationId }: IterationScope) {
  return {
    iteration_id: iterationId,
    organisation_id: organisationId,
    environment_id: environmentId,
    experiment_id: experimentId,
  };
}
