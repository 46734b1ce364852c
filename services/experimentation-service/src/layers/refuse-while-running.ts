import type { ExperimentRow, ExperimentState } from '@stitchd/db/experiment';
import { problem } from '@stitchd/service-kit';

const atRest: readonly ExperimentState[] = ['draft', 'stopped'];

/** Ranges of a layer never move, and are never taken away, while an experiment runs on them. @throws INVALID_STATE */
export function refuseWhileRunning({ key, state }: ExperimentRow): void {
  if (!atRest.includes(state))
    throw problem(
      'INVALID_STATE',
      `The experiment ${key} is ${state}; its share of a layer stays as it is until it has stopped.`,
    );
}
