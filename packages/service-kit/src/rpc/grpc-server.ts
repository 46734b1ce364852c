import { createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import { setTimeout as wait } from 'node:timers/promises';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import type { Unready } from '../define-service.ts';
import type { Logger } from '../observe/log.ts';
import type { MadeService } from '../run/make-service.ts';
import { mountHealth } from './health.ts';
import { listen } from './listen.ts';
import { mountReflection } from './reflection.ts';

export interface GrpcServer {
  readonly port: number;
  /** Health says NOT_SERVING from now on, so that balancers look elsewhere. */
  readonly beginDraining: () => void;
  /** Takes no new requests, lets running ones finish for at most `timeoutMs`, then cuts what is left. */
  readonly close: (timeoutMs: number) => Promise<void>;
}

/** Serves one service over gRPC with health and reflection. */
export async function startGrpcServer(options: {
  readonly host: string;
  readonly port: number;
  readonly portVariable: string;
  readonly service: MadeService;
  readonly log: Logger;
}): Promise<GrpcServer> {
  const { instance, interceptors } = options.service;
  let draining = false;
  const unready = async (): Promise<Unready> => (draining ? { process: 'is stopping' } : ((await instance.unready?.()) ?? {}));
  const descriptors = instance.implementations.map(({ service }) => service);
  const handler = connectNodeAdapter({
    routes(router) {
      for (const implementation of instance.implementations) implementation.mount(router, interceptors);
      mountHealth(
        router,
        descriptors.map(({ typeName }) => typeName),
        unready,
        'peers',
      );
      mountReflection(router, descriptors);
    },
  });
  const server = createServer(handler);
  const sessions = trackSessions(server);
  const port = await listen(server, options.host, options.port, options.portVariable);
  options.log.info({ service: options.service.definition.name, port }, 'listening for gRPC');
  return {
    port,
    beginDraining() {
      draining = true;
    },
    close: (timeoutMs) => closeHttp2Server(server, sessions, timeoutMs),
  };
}

/** The sessions that are open on an HTTP/2 server, which does not tell them itself. */
export function trackSessions(server: Http2Server): ReadonlySet<ServerHttp2Session> {
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return sessions;
}

/** Says GOAWAY on each session, waits for their streams, and cuts those that are left after the timeout. */
export async function closeHttp2Server(
  server: Http2Server,
  sessions: ReadonlySet<ServerHttp2Session>,
  timeoutMs: number,
): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  for (const session of sessions) session.close();
  const timer = new AbortController();
  await Promise.race([closed, wait(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  for (const session of sessions) session.destroy();
  await closed;
}
