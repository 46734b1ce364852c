import { setTimeout as wait } from 'node:timers/promises';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@stitchd/proto/grpc/health/v1/health';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import type { Unready } from '../define-service.ts';
import { causesHeader } from './headers.ts';

/** How often a watched health is asked again. */
const watchIntervalMs = 1_000;

/**
 * The gRPC health protocol for a server whose services are all ready or none is.
 * @param causes - what is missing, for peers inside the installation: the protocol itself has no place for it
 */
export function mountHealth(
  router: ConnectRouter,
  serviceNames: readonly string[],
  isReady: () => Promise<boolean>,
  causes?: () => Promise<Unready>,
): void {
  const known = new Set(['', ...serviceNames]);
  const status = async (): Promise<Status> => ((await isReady()) ? Status.SERVING : Status.NOT_SERVING);
  router.service(Health, {
    async check(request, context) {
      if (!known.has(request.service)) throw new ConnectError(`there is no service ${request.service}`, Code.NotFound);
      const now = await status();
      if (now !== Status.SERVING && causes !== undefined)
        context.responseHeader.set(causesHeader, JSON.stringify(await causes()));
      return { status: now };
    },
    async *watch(request, context) {
      let last: Status | undefined;
      while (!context.signal.aborted) {
        const now = known.has(request.service) ? await status() : Status.SERVICE_UNKNOWN;
        if (now !== last) yield { status: now };
        last = now;
        await wait(watchIntervalMs, undefined, { signal: context.signal, ref: false }).catch(() => undefined);
      }
    },
  });
}
