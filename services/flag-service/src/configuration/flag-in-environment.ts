import { type EnvironmentScope } from '@stitchd/service-kit';
import {
  putConfiguration,
  readConfigurations,
  runningBindings,
  type BindingRow,
  type ConfigurationDocument,
  type FlagRow,
} from '@stitchd/db/flag';
import { changeEnvironments, lockEnvironments, publishedKeys } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import type { Configuration } from '@stitchd/proto/flag/v1/flag';
import { flagPublication } from '../definitions/flag-publication.ts';
import { findFlagOrRefuse } from '../flags/find-flag-or-refuse.ts';
import { changeInCall } from '../change-in-call.ts';
import { configurationMessage, configurationState } from './configuration-message.ts';
import { withoutEndedHoldouts } from './holdout-covers.ts';
import { recordFlagChange } from './record-flag-change.ts';
import { refuseProtected } from './refuse-protected.ts';
import { effectiveConfiguration, type EffectiveConfiguration } from './effective-configuration.ts';

/** A flag in one environment, as it is now. */
export interface FlagInEnvironment {
  readonly flag: FlagRow;
  readonly configuration: EffectiveConfiguration;
  readonly running: readonly BindingRow[];
  readonly message: Configuration;
}

/** @throws NOT_FOUND */
export async function readFlagInEnvironment(tx: Tx, scope: EnvironmentScope, flagKey: string): Promise<FlagInEnvironment> {
  const { environmentId } = scope;
  const flag = await findFlagOrRefuse(tx, scope.projectId, flagKey);
  const [row] = await readConfigurations(tx, { flagIds: [flag.id], environmentId });
  const configuration = effectiveConfiguration(flag, row);
  const running = await runningBindings(tx, { flagId: flag.id, environmentId });
  return { flag, configuration, running, message: configurationMessage(flag, environmentId, configuration, running) };
}

/** The same under the environment's lock: until the transaction ends nobody else changes it. */
export async function lockFlagInEnvironment(tx: Tx, scope: EnvironmentScope, flagKey: string): Promise<FlagInEnvironment> {
  await lockEnvironments(tx, [scope.environmentId]);
  return readFlagInEnvironment(tx, scope, flagKey);
}

/**
 * Writes a configuration as its next version; there is no other way to write one. What places units under running iterations
 * is refused to change, and what happens to their flag is recorded. Publish it afterwards, in the same transaction.
 * @param iterationId - whose split this write may change, as its experiment asks for
 * @throws SPLIT_PROTECTED
 */
export async function writeConfiguration(
  tx: Tx,
  scope: EnvironmentScope,
  before: FlagInEnvironment,
  next: { readonly enabled: boolean; readonly document: ConfigurationDocument },
  iterationId?: string,
): Promise<void> {
  const others = before.running.filter((binding) => binding.iteration_id !== iterationId);
  const holdouts = await publishedKeys(tx, scope.environmentId, 'holdout');
  const [was, is] = [before.configuration.document, next.document].map((document) => withoutEndedHoldouts(document, holdouts));
  if (was !== undefined && is !== undefined) refuseProtected(was, is, others);
  // What an experiment asks for on its own split is in its own history.
  if (iterationId === undefined) await recordFlagChange(tx, before, next);
  await putConfiguration(tx, {
    flagId: before.flag.id,
    environmentId: scope.environmentId,
    organisationId: scope.organisationId,
    enabled: next.enabled,
    document: next.document,
    version: before.configuration.version + 1,
  });
}

/** Publishes a flag as it is now, with the record of the change that led there. */
export async function publishChange(
  tx: Tx,
  newId: () => string,
  scope: EnvironmentScope,
  before: FlagInEnvironment,
  action: string,
): Promise<FlagInEnvironment> {
  const { environmentId } = scope;
  const after = await readFlagInEnvironment(tx, scope, before.flag.key);
  const change = changeInCall(scope, {
    action,
    resource: { kind: 'flag', id: after.flag.id, key: after.flag.key },
    before: configurationState(before.message),
    after: configurationState(after.message),
  });
  await changeEnvironments(tx, newId, [environmentId], change, async () =>
    flagPublication([after.flag], environmentId, {
      configurations: await readConfigurations(tx, { flagIds: [after.flag.id], environmentId }),
      running: after.running,
    }),
  );
  return after;
}
