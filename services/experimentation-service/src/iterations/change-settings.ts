import { findIteration, setIterationSettings, type ExperimentRow, type IterationSettings } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import { changedSettings } from './changed-settings.ts';

/**
 * Measures the current iteration by other settings from now on, its past included. The snapshot stays, and what differs from
 * it is named.
 * @returns what the experiment's row has to say of it
 */
export async function changeSettings(
  tx: Tx,
  experiment: ExperimentRow,
  change: (settings: IterationSettings) => IterationSettings,
  graceMs?: number,
): Promise<{ readonly changed_after_start: string[] }> {
  const iteration = experiment.iteration_id === null ? undefined : await findIteration(tx, experiment.iteration_id);
  if (iteration === undefined) throw new Error(`experiment ${experiment.id} has no iteration`);
  const settings = change(iteration.settings);
  await setIterationSettings(tx, iteration.id, { settings, graceMs: graceMs ?? iteration.grace_ms });
  return { changed_after_start: [...changedSettings(iteration.snapshot, settings)] };
}
