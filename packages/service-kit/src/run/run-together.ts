import type { DescService } from '@bufbuild/protobuf';
import type { Interceptor, Transport } from '@connectrpc/connect';
import type { Reach, ServiceDefinition } from '../define-service.ts';
import { unreadyServices } from '../http/operator-server.ts';
import type { SignerName } from '../service-names.ts';
import { createReach, makeService, type MadeService } from './make-service.ts';
import { createMemoryTransport, type ServedInMemory } from './memory-transport.ts';
import { createOwnerLookup } from './owner-lookup.ts';
import type { ProcessContext } from './process-context.ts';

export interface Together {
  readonly services: readonly MadeService[];
  /** Clients for the program that runs the services, in its own name. */
  readonly reachAs: (caller: SignerName, services: readonly DescService[]) => Promise<Reach>;
  readonly stop: () => Promise<void>;
}

/**
 * Runs services in this process: they call each other in memory, through the same interceptors as over the network.
 * Backend ports are not opened at all.
 */
export async function runTogether(definitions: readonly ServiceDefinition[], process: ProcessContext): Promise<Together> {
  const ownerOf = createOwnerLookup(definitions);
  const made: MadeService[] = [];
  const transports = new Map<Interceptor, Transport>();
  const findTransport = (_: string, interceptors: Interceptor[]): Transport => {
    const [key] = interceptors;
    if (key === undefined) throw new Error('a client needs its interceptor');
    const known = transports.get(key) ?? createMemoryTransport(made.map(servedBy), interceptors);
    transports.set(key, known);
    return known;
  };
  const stop = async (): Promise<void> => {
    // The last service is the gateway: the public surface closes before what it depends on.
    for (const service of made.toReversed()) await service.instance.drain?.();
    for (const service of made.toReversed()) await service.instance.stop?.();
  };
  try {
    for (const definition of definitions) {
      const unreadyPeers = () => unreadyServices(made.filter((service) => service.definition !== definition));
      made.push(await makeService(definition, process, findTransport, ownerOf, unreadyPeers));
    }
    for (const service of made) await service.instance.start?.();
  } catch (error) {
    // A start that fails leaves no loop and no connection behind.
    await stop();
    throw error;
  }
  return {
    services: made,
    reachAs: (caller, services) => createReach(caller, services, process, findTransport, ownerOf),
    stop,
  };
}

function servedBy({ instance, interceptors }: MadeService): ServedInMemory {
  return { implementations: instance.implementations, interceptors };
}
