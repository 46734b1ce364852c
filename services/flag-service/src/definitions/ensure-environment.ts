import {
  flagsOfProject,
  isEnvironmentInitialised,
  lockProjectFlags,
  markEnvironmentInitialised,
  readConfigurations,
  runningBindings,
} from '@stitchd/db/flag';
import { changeEnvironments, environmentsOfProject } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import type { FlagContext } from '../context.ts';
import { maxRememberedEnvironments } from '../limits.ts';
import { flagPublication } from './flag-publication.ts';

/** Environments that are known to hold every flag of their project: once they do, they always will. */
export interface InitialisedEnvironments {
  readonly has: (scope: EnvironmentScope) => boolean;
  readonly add: (scope: EnvironmentScope) => void;
}

export function createInitialisedEnvironments(): InitialisedEnvironments {
  const known = new Set<string>();
  const nameOf = (scope: EnvironmentScope): string => `${scope.organisationId} ${scope.projectId} ${scope.environmentId}`;
  return {
    has: (scope) => known.has(nameOf(scope)),
    add(scope) {
      if (known.size >= maxRememberedEnvironments) known.clear();
      known.add(nameOf(scope));
    },
  };
}

/**
 * Publishes the project's flags into an environment that was made after them, once, so that no service has to tell another of
 * new environments. Whoever touches an environment calls this first.
 * @throws NOT_FOUND where the project has no such environment
 */
export async function ensureEnvironment(
  context: Pick<FlagContext, 'database' | 'newId' | 'initialised'>,
  scope: EnvironmentScope,
  requestId: string,
): Promise<void> {
  if (context.initialised.has(scope)) return;
  await context.database.inTenant(scope.organisationId, async (tx) => {
    await refuseForeignEnvironment(tx, scope);
    if (await isEnvironmentInitialised(tx, scope.environmentId)) return;
    // Flags that are being made now either see this environment or are seen here.
    await lockProjectFlags(tx, scope.projectId);
    if (await isEnvironmentInitialised(tx, scope.environmentId)) return;
    await publishAllFlags(tx, context.newId, scope, requestId);
    await markEnvironmentInitialised(tx, scope);
  });
  context.initialised.add(scope);
}

async function refuseForeignEnvironment(tx: Tx, scope: EnvironmentScope): Promise<void> {
  const environments = await environmentsOfProject(tx, scope.projectId);
  if (!environments.includes(scope.environmentId)) throw problem('NOT_FOUND', 'There is no such environment in this project.');
}

async function publishAllFlags(tx: Tx, newId: () => string, scope: EnvironmentScope, requestId: string): Promise<void> {
  const { organisationId, projectId, environmentId } = scope;
  const change = {
    organisationId,
    projectId,
    environmentId,
    actor: { kind: 'service', id: 'flag-service', name: 'flag-service' },
    requestId,
    action: 'environment.publish-flags',
    resource: { kind: 'environment', id: environmentId, key: environmentId },
  };
  await changeEnvironments(tx, newId, [environmentId], change, async () => {
    const flags = await flagsOfProject(tx, projectId);
    const facts = {
      configurations: await readConfigurations(tx, { environmentId }),
      running: await runningBindings(tx, { environmentId }),
    };
    return flagPublication(flags, environmentId, facts);
  });
}
