import { type ProjectScope } from '@stitchd/service-kit';
import {
  lockProjectFlags,
  readConfigurations,
  runningBindings,
  type BindingRow,
  type ConfigurationRow,
  type FlagRow,
} from '@stitchd/db/flag';
import { changeEnvironments, environmentsOfProject, lockEnvironments, type Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { flagPublication } from '../definitions/flag-publication.ts';

/** A flag in all environments of its project. */
export interface FlagEverywhere {
  readonly environmentIds: readonly string[];
  readonly configurations: readonly ConfigurationRow[];
  readonly running: readonly BindingRow[];
}

/**
 * Begins a change of a project's flags: until the transaction ends, nobody else changes flags of the project, their
 * configurations, or which environments hold them.
 * @returns the project's environments, in ascending id
 */
export async function lockProject(tx: Tx, scope: ProjectScope): Promise<readonly string[]> {
  await lockProjectFlags(tx, scope.projectId);
  const environmentIds = await environmentsOfProject(tx, scope.projectId);
  await lockEnvironments(tx, environmentIds);
  return environmentIds;
}

/** Read under the project's lock. */
export async function readFlagEverywhere(tx: Tx, flagId: string, environmentIds: readonly string[]): Promise<FlagEverywhere> {
  return {
    environmentIds,
    configurations: await readConfigurations(tx, { flagIds: [flagId] }),
    running: await runningBindings(tx, { flagId }),
  };
}

/** Publishes a flag, as it is now, into all environments of its project, with the record of the change. */
export async function publishEverywhere(
  tx: Tx,
  newId: () => string,
  flag: FlagRow,
  everywhere: FlagEverywhere,
  change: Change,
): Promise<void> {
  await changeEnvironments(tx, newId, everywhere.environmentIds, change, async (environmentId) =>
    flagPublication([flag], environmentId, everywhere),
  );
}
