import { createClient, type Interceptor } from '@connectrpc/connect';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@stitchd/proto/grpc/health/v1/health';
import { causesHeader } from '../rpc/headers.ts';
import type { Unready } from '../define-service.ts';
import type { ServiceName } from '../service-names.ts';
import type { FindTransport } from './make-service.ts';

/** What keeps other services from working, by service; a service that is ready is not in it. */
export type UnreadyPeers = () => Promise<Readonly<Record<string, Unready>>>;

/** How long a service may take to say whether it is ready; the contract of `unready` is a second too. */
const healthTimeoutMs = 1_000;

/** Asks by gRPC health; what keeps a service from working stands in a header of its answer. */
export function createNetworkPeers(names: readonly ServiceName[], findTransport: FindTransport): UnreadyPeers {
  // Health wants no identity. A function of its own for each peer, since transports are kept by their interceptor.
  const anonymous = new Map(names.map((name): [ServiceName, Interceptor] => [name, (next) => (request) => next(request)]));
  const ask = async (name: ServiceName, interceptor: Interceptor): Promise<Unready> => {
    try {
      let causes: string | null = null;
      const options = { timeoutMs: healthTimeoutMs, onHeader: (headers: Headers) => void (causes = headers.get(causesHeader)) };
      const { status } = await createClient(Health, findTransport(name, [interceptor])).check({}, options);
      return status === Status.SERVING ? {} : readCauses(name, causes);
    } catch {
      return { [name]: 'does not answer' };
    }
  };
  return async () => {
    const asked = await Promise.all(
      [...anonymous].map(async ([name, interceptor]) => [name, await ask(name, interceptor)] as const),
    );
    return Object.fromEntries(asked.filter(([, unready]) => Object.keys(unready).length > 0));
  };
}

function readCauses(name: ServiceName, causes: string | null): Unready {
  try {
    const read: unknown = JSON.parse(causes ?? 'null');
    if (typeof read === 'object' && read !== null) return read as Unready;
  } catch {
    // An answer without readable causes still says that the service can't work.
  }
  return { [name]: 'is not ready' };
}
