import { type ProjectScope } from '@stitchd/service-kit';
import { readConfigurationStates, type FlagRow } from '@stitchd/db/flag';
import { environmentsOfProject } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import type { Flag } from '@stitchd/proto/flag/v1/flag';
import { environmentStates, flagMessage } from './flag-message.ts';

/** Flags with their states in all environments, in two statements however many they are. */
export async function describeFlags(tx: Tx, scope: ProjectScope, flags: readonly FlagRow[]): Promise<readonly Flag[]> {
  const environmentIds = await environmentsOfProject(tx, scope.projectId);
  const states = await readConfigurationStates(
    tx,
    flags.map(({ id }) => id),
  );
  return flags.map((flag) => flagMessage(flag, environmentStates(flag, environmentIds, states)));
}

export async function describeFlag(tx: Tx, scope: ProjectScope, flag: FlagRow): Promise<Flag> {
  const [described] = await describeFlags(tx, scope, [flag]);
  if (described === undefined) throw new Error('a flag is described by one message');
  return described;
}
