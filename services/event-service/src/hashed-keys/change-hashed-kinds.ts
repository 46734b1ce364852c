import type { EnvironmentSettingsRow } from '@stitchd/db/event';
import { problem } from '@stitchd/service-kit';
import type { RunningExperiment } from '../experiments/running-experiments.ts';

/** The kinds that are hashed after a change and were not before, or the other way round. */
export function changedKinds(before: readonly string[], after: readonly string[]): readonly string[] {
  return [...after.filter((kind) => !before.includes(kind)), ...before.filter((kind) => !after.includes(kind))];
}

/**
 * A unit gets another key when its kind begins or ceases to be hashed, or is hashed with another secret: an experiment that runs
 * would see everybody a second time, and what they did before as somebody else's.
 * @throws EXPERIMENTS_RUNNING naming them
 */
export function refuseNewKeysOf(kinds: readonly string[], running: readonly RunningExperiment[]): void {
  const touched = running.filter(({ unitKind, isStopped }) => !isStopped && kinds.includes(unitKind));
  if (touched.length === 0) return;
  throw problem(
    'EXPERIMENTS_RUNNING',
    `Units would get other keys in the middle of ${touched.map(({ key }) => key).join(', ')}; stop what runs first.`,
  );
}

/** Whether keys will be hashed that there is no secret for yet. */
export function needsSecret(row: Pick<EnvironmentSettingsRow, 'key_secret'>, hashedKinds: readonly string[]): boolean {
  return hashedKinds.length > 0 && row.key_secret === null;
}
