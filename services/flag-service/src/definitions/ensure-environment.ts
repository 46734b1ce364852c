import {
  flagsOfProject,
  isEnvironmentInitialised,
  lockProjectFlags,
  markEnvironmentInitialised,
  readConfigurations,
  runningBindings,
} from '@stitchd/db/flag';
import { changeEnvironments, environmentsOfProject, publishedById, type Publication } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import type { FlagContext } from '../context.ts';
import { maxRememberedEnvironments } from '../limits.ts';
import { flagPublication } from './flag-publication.ts';
import { signingSecretPublication } from './signing-secret.ts';

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

type EnsureContext = Pick<FlagContext, 'database' | 'newId' | 'newSigningSecret' | 'initialised'>;

/** What an environment still lacks. */
interface Missing {
  readonly flags: boolean;
  readonly secret: boolean;
}

/**
 * Publishes the project's flags into an environment that was made after them, and a signing secret into one that has none: once,
 * so that no service has to tell another of new environments. Whoever touches an environment calls this first.
 * @throws NOT_FOUND where the project has no such environment
 */
export async function ensureEnvironment(context: EnsureContext, scope: EnvironmentScope, requestId: string): Promise<void> {
  if (context.initialised.has(scope)) return;
  await context.database.inTenant(scope.organisationId, async (tx) => {
    await refuseForeignEnvironment(tx, scope);
    if (isComplete(await missingIn(tx, scope))) return;
    // Flags that are being made now either see this environment or are seen here; and of two replicas one makes the secret.
    await lockProjectFlags(tx, scope.projectId);
    const missing = await missingIn(tx, scope);
    if (isComplete(missing)) return;
    await publishMissing(tx, context, scope, missing, requestId);
    if (missing.flags) await markEnvironmentInitialised(tx, scope);
  });
  context.initialised.add(scope);
}

const isComplete = (missing: Missing): boolean => !missing.flags && !missing.secret;

async function missingIn(tx: Tx, { environmentId }: EnvironmentScope): Promise<Missing> {
  const published = await publishedById(tx, environmentId, 'environment', [environmentId]);
  return { flags: !(await isEnvironmentInitialised(tx, environmentId)), secret: published.size === 0 };
}

async function refuseForeignEnvironment(tx: Tx, scope: EnvironmentScope): Promise<void> {
  const environments = await environmentsOfProject(tx, scope.projectId);
  if (!environments.includes(scope.environmentId)) throw problem('NOT_FOUND', 'There is no such environment in this project.');
}

async function publishMissing(
  tx: Tx,
  context: EnsureContext,
  scope: EnvironmentScope,
  missing: Missing,
  requestId: string,
): Promise<void> {
  const { organisationId, projectId, environmentId } = scope;
  const change = {
    organisationId,
    projectId,
    environmentId,
    actor: { kind: 'service', id: 'flag-service', name: 'flag-service' },
    requestId,
    // The audit log says that a secret was made, never which.
    action: missing.flags ? 'environment.publish-flags' : 'environment.make-signing-secret',
    resource: { kind: 'environment', id: environmentId, key: environmentId },
  };
  await changeEnvironments(tx, context.newId, [environmentId], change, async () => {
    const flags = missing.flags ? await allFlags(tx, scope) : {};
    if (!missing.secret) return flags;
    const secret = signingSecretPublication(environmentId, context.newSigningSecret());
    return { ...flags, upsert: [...(flags.upsert ?? []), ...secret] };
  });
}

async function allFlags(tx: Tx, { projectId, environmentId }: EnvironmentScope): Promise<Publication> {
  const flags = await flagsOfProject(tx, projectId);
  const facts = {
    configurations: await readConfigurations(tx, { environmentId }),
    running: await runningBindings(tx, { environmentId }),
  };
  return flagPublication(flags, environmentId, facts);
}
