import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import type { Client, ConnectError, ConnectRouter, HandlerContext, Interceptor, ServiceImpl } from '@connectrpc/connect';
import type { Registry } from 'prom-client';
import type { platformSettings } from './config/platform-settings.ts';
import type { Configuration, Settings } from './config/settings.ts';
import type { Logger } from './observe/log.ts';
import type { AccessTable } from './rpc/access.ts';
import type { ServiceName } from './service-names.ts';

/** A client of another service, wherever it runs. */
export type Reach = <S extends DescService>(service: S) => Client<S>;

/** One gRPC service with the functions that answer it. */
export interface Implementation {
  readonly service: DescService;
  readonly mount: (router: ConnectRouter, interceptors: Interceptor[]) => void;
  /** Methods whose messages a caller in the same process hands over as they are. */
  readonly handedOver: ReadonlyMap<DescMethodUnary, (request: unknown, context: HandlerContext) => unknown>;
}

/**
 * Binds functions to a gRPC service; a method that is left out answers UNIMPLEMENTED.
 * @param handedOver - unary methods on hot paths: within one process their messages are not encoded, which takes 0.1 ms less. Of
 *   them neither side may change what it gave or got, and texts are as the caller made them, well-formed or not.
 */
export function implement<S extends DescService>(
  service: S,
  implementation: Partial<ServiceImpl<S>>,
  handedOver: readonly DescMethodUnary[] = [],
): Implementation {
  const functions = implementation as Readonly<Record<string, (request: unknown, context: HandlerContext) => unknown>>;
  return {
    service,
    mount: (router, interceptors) => void router.service(service, implementation, { interceptors }),
    handedOver: new Map(
      handedOver.map((method) => {
        const answer = functions[method.localName];
        if (answer === undefined) throw new Error(`${service.typeName} does not implement ${method.name}`);
        return [method, answer];
      }),
    ),
  };
}

/** What keeps a service from doing its work, by the name of what it depends on; empty when it is ready. */
export type Unready = Readonly<Record<string, string>>;

/** A service that has been made: it answers until it is stopped. */
export interface ServiceInstance {
  readonly implementations: readonly Implementation[];
  /** Begins background work; called once every service of the process can be reached. */
  readonly start?: () => Promise<void>;
  /** Asks its dependencies, within a second. */
  readonly unready?: () => Promise<Unready>;
  /** The public ports that it opened, by their use; known after `start`. */
  readonly ports?: () => Readonly<Record<string, number>>;
  /** Ends background work and streams; called before the servers close. */
  readonly drain?: () => Promise<void>;
  /** Closes connections; called last. */
  readonly stop?: () => Promise<void>;
}

/** Everything that a service gets from the process that runs it. */
export interface ServiceContext<S extends Settings> {
  readonly config: Configuration<S>;
  readonly platform: Configuration<typeof platformSettings>;
  readonly log: Logger;
  readonly metrics: Registry;
  readonly reach: Reach;
  /** What keeps the other services from working, by service; asks them, within a second. */
  readonly unreadyPeers: () => Promise<Readonly<Record<string, Unready>>>;
  readonly nowMs: () => number;
  /** @param bytes - how many */
  readonly randomBytes: (bytes: number) => Uint8Array;
}

export interface ServiceDefinition<S extends Settings = Settings> {
  readonly name: ServiceName;
  /** Which gRPC services it answers. */
  readonly serves: readonly DescService[];
  /** Which gRPC services of others it asks. */
  readonly reaches: readonly DescService[];
  readonly settings: S;
  readonly access: AccessTable;
  /** Turns its libraries' errors into problems. */
  readonly translateError?: (error: unknown) => ConnectError | undefined;
  readonly create: (context: ServiceContext<S>) => Promise<ServiceInstance>;
}

/** Keeps the settings' types while definitions of different services go into one list. */
export function defineService<const S extends Settings>(definition: ServiceDefinition<S>): ServiceDefinition {
  return definition as unknown as ServiceDefinition;
}
