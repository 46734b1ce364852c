import { randomUUID } from 'node:crypto';
import { currentCall, withCall, type Call, type Principal } from '@stitchd/service-kit';

type TenantScope = Pick<Principal, 'organisationId' | 'projectId' | 'environmentId'>;

function ownPrincipal({ organisationId, projectId, environmentId }: TenantScope): Principal {
  return { kind: 'service', id: 'gateway', name: 'gateway', organisationId, projectId, environmentId };
}

/** Asks services as the gateway itself rather than as its caller, within a tenant, as part of the call being served. */
export function inOwnName<T>(scope: TenantScope, work: () => T): T {
  const served = currentCall();
  return withCall({ ...(served ?? ownCall(scope)), principal: ownPrincipal(scope), idempotencyKey: undefined }, work);
}

/** A call of the gateway's own that serves no request and outlives them all. */
export function ownCall(scope: TenantScope): Call {
  return { requestId: randomUUID(), principal: ownPrincipal(scope), deadlineMs: undefined };
}
