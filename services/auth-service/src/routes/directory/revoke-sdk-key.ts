import { isUuid } from '@stitchd/core';
import { lockSdkKey, revokeSdkKey as writeRevocation } from '@stitchd/db/auth';
import { SdkKeySchema, type RevokeSdkKeyRequest, type SdkKey } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { bodyOf, toSdkKey } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentEnvironment } from '../../requests/tenant.ts';

/** To revoke twice changes nothing. */
export function revokeSdkKey(context: AuthContext) {
  return async ({ id }: RevokeSdkKeyRequest): Promise<SdkKey> => {
    const { organisationId, projectId, environmentId } = currentEnvironment();
    if (!isUuid(id)) throw noSuchId('SDK key', id);
    return context.database.inTenant(organisationId, async (tx) => {
      const row = await lockSdkKey(tx, environmentId, id);
      if (row === undefined) throw noSuchId('SDK key', id);
      if (row.revoked_at !== null) return toSdkKey(row);
      const key = toSdkKey(await writeRevocation(tx, id));
      await record(tx, context, {
        organisationId,
        projectId,
        environmentId,
        action: 'sdk-key.revoke',
        resource: { kind: 'sdk-key', id, key: row.name },
        before: bodyOf(SdkKeySchema, toSdkKey(row)),
        after: bodyOf(SdkKeySchema, key),
      });
      return key;
    });
  };
}
