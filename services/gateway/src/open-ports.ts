import { setTimeout as wait } from 'node:timers/promises';
import {
  closeHttp2Server,
  listen,
  problem,
  trackSessions,
  type Configuration,
  type platformSettings,
} from '@stitchd/service-kit';
import { createHttpServer } from './http/create-http-server.ts';
import type { Frame } from './http/frame.ts';
import { gatewaySettings } from './settings.ts';
import { createGrpcServer } from './sync/create-grpc-server.ts';
import type { Feeds } from './sync/feeds.ts';
import { createSyncHandler } from './sync/serve-sync.ts';

export interface OpenPorts {
  readonly numbers: { readonly http: number; readonly grpc: number };
  /** Takes nothing new, ends streams so that SDKs go elsewhere, and lets running requests finish for the drain timeout. */
  readonly drain: () => Promise<void>;
}

/** Opens both public ports. @throws PortInUseError naming the variable that changes it */
export async function openPorts(options: {
  readonly frame: Frame;
  readonly feeds: Feeds;
  readonly platform: Configuration<typeof platformSettings>;
}): Promise<OpenPorts> {
  const { frame, feeds, platform } = options;
  const { config, log } = frame;
  const http = await createHttpServer(frame);
  const onSync = createSyncHandler({ ...frame, feeds });
  const isReady = async (): Promise<boolean> => !frame.places.isClosed();
  const grpc = createGrpcServer({ frame, onSync, isReady });
  const sessions = trackSessions(grpc);
  const httpPort = await listen(http.server, config.httpHost, config.httpPort, gatewaySettings.httpPort.variable);
  const grpcPort = await listen(grpc, config.grpcHost, config.grpcPort, gatewaySettings.grpcPort.variable).catch(
    async (error: unknown) => {
      await http.close();
      throw error;
    },
  );
  const numbers = { http: httpPort, grpc: grpcPort };
  log.info(numbers, 'the gateway listens');
  return {
    numbers,
    async drain() {
      frame.places.close();
      feeds.endAllStreams(problem('SERVICE_UNAVAILABLE', 'This gateway is stopping; connect to another.'));
      await Promise.all([
        closeWithin(http.close(), platform.drainTimeout, () => http.server.closeAllConnections()),
        closeHttp2Server(grpc, sessions, platform.drainTimeout),
      ]);
    },
  };
}

async function closeWithin(closed: Promise<unknown>, timeoutMs: number, cut: () => void): Promise<void> {
  const timer = new AbortController();
  await Promise.race([closed, wait(timeoutMs, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
  cut();
  await closed;
}
