import type { DescService } from '@bufbuild/protobuf';
import type { Interceptor, Transport } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { readConfiguration } from '../config/read-configuration.ts';
import { serviceSettings } from '../config/service-settings.ts';
import type { Reach, ServiceDefinition } from '../define-service.ts';
import { startGrpcServer, type GrpcServer } from '../rpc/grpc-server.ts';
import type { ServiceName, SignerName } from '../service-names.ts';
import { createReach, makeService, type MadeService } from './make-service.ts';
import { createOwnerLookup } from './owner-lookup.ts';
import type { ProcessContext } from './process-context.ts';
import { createNetworkPeers } from './unready-peers.ts';

export interface Apart {
  readonly service: MadeService;
  /** Where it answers gRPC; undefined for the gateway, which opens its public ports itself. */
  readonly grpcPort: number | undefined;
  readonly stop: () => Promise<void>;
}

/** HTTP/2 sessions to the other services: one per service for the whole process. */
export interface Network {
  readonly findTransport: (service: ServiceName, interceptors: Interceptor[]) => Transport;
  readonly close: () => void;
}

export function createNetwork(process: ProcessContext): Network {
  const sessions = new Map<ServiceName, Http2SessionManager>();
  const transports = new Map<Interceptor, Transport>();
  const session = (name: ServiceName, baseUrl: string): Http2SessionManager => {
    const known =
      sessions.get(name) ?? new Http2SessionManager(baseUrl, { idleConnectionTimeoutMs: idleConnectionMs, pingIntervalMs });
    sessions.set(name, known);
    return known;
  };
  return {
    findTransport(name, interceptors) {
      const [key] = interceptors;
      if (key === undefined) throw new Error('a client needs its interceptor');
      const baseUrl = addressOf(name, process);
      const known = transports.get(key) ?? createGrpcTransport({ baseUrl, interceptors, sessionManager: session(name, baseUrl) });
      transports.set(key, known);
      return known;
    },
    close() {
      for (const manager of sessions.values()) manager.abort();
    },
  };
}

/** A connection that carries nothing is closed after this; a peer that does not answer a ping is reconnected. */
const idleConnectionMs = 15 * 60_000;
const pingIntervalMs = 20_000;

function addressOf(name: ServiceName, process: ProcessContext): string {
  const settings = readConfiguration(serviceSettings(name), process.environment);
  const address = settings.address ?? `127.0.0.1:${settings.grpcPort}`;
  return address.includes('://') ? address : `http://${address}`;
}

/** Runs one service as this process; `all` says who serves what. */
export async function runApart(name: ServiceName, all: readonly ServiceDefinition[], process: ProcessContext): Promise<Apart> {
  const definition = all.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`there is no service ${name}`);
  const network = createNetwork(process);
  const peers = all.filter((candidate) => candidate !== definition && candidate.serves.length > 0);
  const unreadyPeers = createNetworkPeers(
    peers.map((peer) => peer.name),
    network.findTransport,
  );
  const service = await makeService(definition, process, network.findTransport, createOwnerLookup(all), unreadyPeers);
  let server: GrpcServer | undefined;
  const stop = async (): Promise<void> => {
    server?.beginDraining();
    await service.instance.drain?.();
    await server?.close(process.platform.drainTimeout);
    await service.instance.stop?.();
    network.close();
  };
  try {
    server = await openServer(name, service, process);
    await service.instance.start?.();
  } catch (error) {
    // A start that fails leaves no loop and no connection behind.
    await stop();
    throw error;
  }
  return { service, grpcPort: server?.port, stop };
}

/** The gateway has no internal RPCs: it opens its public ports itself. */
async function openServer(name: ServiceName, service: MadeService, process: ProcessContext): Promise<GrpcServer | undefined> {
  if (service.instance.implementations.length === 0) return undefined;
  const settings = serviceSettings(name);
  const { grpcHost: host, grpcPort: port } = readConfiguration(settings, process.environment);
  return startGrpcServer({ host, port, portVariable: settings.grpcPort.variable, service, log: process.log });
}

/** Clients over the network for a program that runs no service itself. */
export async function reachApart(
  caller: SignerName,
  services: readonly DescService[],
  all: readonly ServiceDefinition[],
  process: ProcessContext,
): Promise<{ readonly reach: Reach; readonly close: () => void }> {
  const network = createNetwork(process);
  return {
    reach: await createReach(caller, services, process, network.findTransport, createOwnerLookup(all)),
    close: network.close,
  };
}
