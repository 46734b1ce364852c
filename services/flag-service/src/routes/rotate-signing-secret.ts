import { changeEnvironments } from '@stitchd/db/platform';
import type { RotateSigningSecretResponse } from '@stitchd/proto/flag/v1/flag';
import { changeInCall } from '../change-in-call.ts';
import type { FlagContext } from '../context.ts';
import { signingSecretPublication } from '../definitions/signing-secret.ts';
import { inEnvironment } from './in-environment.ts';

/** Replaces the environment's secret everywhere, as any change of definitions: the audit log says that, never by which. */
export async function rotateSigningSecret(
  context: FlagContext,
): Promise<Omit<RotateSigningSecretResponse, '$typeName' | '$unknown'>> {
  return inEnvironment(context, async (tx, scope) => {
    const { environmentId } = scope;
    const resource = { kind: 'environment', id: environmentId, key: environmentId };
    const change = changeInCall(scope, { action: 'environment.rotate-signing-secret', resource });
    const revisions = await changeEnvironments(tx, context.newId, [environmentId], change, async () => ({
      upsert: signingSecretPublication(environmentId, context.newSigningSecret()),
    }));
    return { revision: BigInt(revisions.get(environmentId) ?? 0) };
  });
}
