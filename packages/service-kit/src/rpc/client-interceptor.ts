import type { Interceptor } from '@connectrpc/connect';
import { actorOf, type Principal } from '../identity/principal.ts';
import type { SignPrincipal } from '../identity/internal-tokens.ts';
import type { ServiceName, SignerName } from '../service-names.ts';
import { currentCall } from './call.ts';
import { authorizationHeader, idempotencyKeyHeader, requestIdHeader } from './headers.ts';

export interface ClientInterceptorOptions {
  readonly caller: SignerName;
  readonly audience: ServiceName;
  readonly sign: SignPrincipal;
  readonly newRequestId: () => string;
}

/** Puts the current call's identity and request id on what a process asks of another service. */
export function createClientInterceptor(options: ClientInterceptorOptions): Interceptor {
  return (next) => async (request) => {
    const call = currentCall();
    const principal = outgoingPrincipal(options.caller, call?.principal);
    request.header.set(authorizationHeader, `Bearer ${await options.sign(principal, options.audience)}`);
    request.header.set(requestIdHeader, call?.requestId ?? options.newRequestId());
    // Only the gateway passes it on: what a service asks of another is not the write that the client repeats.
    if (options.caller === 'gateway' && call?.idempotencyKey !== undefined)
      request.header.set(idempotencyKeyHeader, call.idempotencyKey);
    return next(request);
  };
}

/** The gateway passes on whom it has authenticated; every other process asks in its own name, within the same tenant. */
function outgoingPrincipal(caller: SignerName, served: Principal | undefined): Principal {
  if (caller === 'gateway' && served !== undefined) return served;
  return {
    kind: 'service',
    id: caller,
    name: caller,
    ...(served?.organisationId !== undefined && { organisationId: served.organisationId }),
    ...(served?.projectId !== undefined && { projectId: served.projectId }),
    ...(served?.environmentId !== undefined && { environmentId: served.environmentId }),
    ...(served !== undefined && { actor: actorOf(served) }),
  };
}
