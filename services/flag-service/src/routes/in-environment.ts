import type { Tx } from '@stitchd/db/postgres';
import { currentCall, environmentScope, type EnvironmentScope } from '@stitchd/service-kit';
import type { FlagContext } from '../context.ts';
import { ensureEnvironment } from '../definitions/ensure-environment.ts';

/** Does a call's work on the environment that its principal names, which holds every flag by then. */
export async function inEnvironment<T>(context: FlagContext, work: (tx: Tx, scope: EnvironmentScope) => Promise<T>): Promise<T> {
  const scope = environmentScope();
  await ensureEnvironment(context, scope, currentCall()?.requestId ?? '');
  return context.database.inTenant(scope.organisationId, (tx) => work(tx, scope));
}
