import { setTimeout as wait } from 'node:timers/promises';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@stitchd/proto/grpc/health/v1/health';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';

/** How often a watched health is asked again. */
const watchIntervalMs = 1_000;

/** The gRPC health protocol for a server whose services are all ready or none is. */
export function mountHealth(router: ConnectRouter, serviceNames: readonly string[], isReady: () => Promise<boolean>): void {
  const known = new Set(['', ...serviceNames]);
  const status = async (): Promise<Status> => ((await isReady()) ? Status.SERVING : Status.NOT_SERVING);
  router.service(Health, {
    async check(request) {
      if (!known.has(request.service)) throw new ConnectError(`there is no service ${request.service}`, Code.NotFound);
      return { status: await status() };
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
