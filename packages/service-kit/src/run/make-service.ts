import type { DescService } from '@bufbuild/protobuf';
import { createClient, type Client, type Interceptor, type Transport } from '@connectrpc/connect';
import type { Registry } from 'prom-client';
import { readConfiguration } from '../config/read-configuration.ts';
import type { Reach, ServiceDefinition, ServiceInstance } from '../define-service.ts';
import { createPrincipalSigner, createPrincipalVerifier } from '../identity/internal-tokens.ts';
import { createRpcMetrics, createServiceRegistry } from '../observe/metrics.ts';
import { createClientInterceptor } from '../rpc/client-interceptor.ts';
import { createLazyTransport } from '../rpc/lazy-transport.ts';
import { createServerInterceptor } from '../rpc/server-interceptors.ts';
import type { ServiceName, SignerName } from '../service-names.ts';
import type { UnreadyPeers } from './unready-peers.ts';
import type { ProcessContext } from './process-context.ts';

/** A transport to one service with the caller's interceptor on it. */
export type FindTransport = (service: ServiceName, interceptors: Interceptor[]) => Transport;

/** Which service of ours answers a gRPC service. */
export type OwnerOf = (service: DescService) => ServiceName;

export interface MadeService {
  readonly definition: ServiceDefinition;
  readonly instance: ServiceInstance;
  readonly registry: Registry;
  readonly interceptors: Interceptor[];
}

/** Makes one service: reads its settings, gives it clients that sign in its name, and the interceptor that guards it. */
export async function makeService(
  definition: ServiceDefinition,
  process: ProcessContext,
  findTransport: FindTransport,
  ownerOf: OwnerOf,
  unreadyPeers: UnreadyPeers,
): Promise<MadeService> {
  const log = process.log.child({ service: definition.name });
  const registry = createServiceRegistry(definition.name);
  const reach = await createReach(definition.name, definition.reaches, process, findTransport, ownerOf);
  const server = createServerInterceptor({
    access: definition.access,
    verify: createPrincipalVerifier(definition.name, process.keyRing, process.nowMs),
    log,
    metrics: createRpcMetrics(registry),
    newRequestId: process.newRequestId,
    nowMs: process.nowMs,
    translateError: definition.translateError ?? (() => undefined),
  });
  const instance = await definition.create({
    config: readConfiguration(definition.settings, process.environment),
    platform: process.platform,
    log,
    metrics: registry,
    reach,
    unreadyPeers,
    nowMs: process.nowMs,
    randomBytes: process.randomBytes,
  });
  return { definition, instance, registry, interceptors: [server] };
}

/** Clients that ask in the name of `caller`; a gRPC service that it has not declared is a programmer's mistake. */
export async function createReach(
  caller: SignerName,
  declared: readonly DescService[],
  process: ProcessContext,
  findTransport: FindTransport,
  ownerOf: OwnerOf,
): Promise<Reach> {
  const sign = createPrincipalSigner(await process.keyRing.signingKey(caller), process.nowMs);
  // One client for each declared service: transports are kept by their interceptor, so a new one each time would pile up.
  const clients = new Map<DescService, Client<DescService>>();
  const make = (service: DescService): Client<DescService> => {
    if (!declared.includes(service)) throw new Error(`${caller} does not declare that it reaches ${service.typeName}`);
    const audience = ownerOf(service);
    const interceptor = createClientInterceptor({ caller, audience, sign, newRequestId: process.newRequestId });
    const transport = createLazyTransport(
      () => findTransport(audience, [interceptor]),
      process.platform.internalDeadline,
      process.nowMs,
    );
    return createClient(service, transport);
  };
  return <S extends DescService>(service: S): Client<S> => {
    const client = clients.get(service) ?? make(service);
    clients.set(service, client);
    return client as Client<S>;
  };
}
