import { setTimeout as wait } from 'node:timers/promises';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@stitchd/proto/grpc/health/v1/health';
import { Code, ConnectError, type ConnectRouter } from '@connectrpc/connect';
import type { Unready } from '../define-service.ts';
import { causesHeader } from './headers.ts';

/** How often a watched health is asked again. */
const watchIntervalMs = 1_000;

/**
 * The gRPC health protocol for a server whose services are all ready or none is.
 * @param audience - peers inside the installation also hear what is missing: the protocol itself has no place for it
 */
export function mountHealth(
  router: ConnectRouter,
  serviceNames: readonly string[],
  unready: () => Promise<Unready>,
  audience: 'public' | 'peers',
): void {
  const known = new Set(['', ...serviceNames]);
  const statusOf = (missing: Unready): Status => (Object.keys(missing).length === 0 ? Status.SERVING : Status.NOT_SERVING);
  router.service(Health, {
    async check(request, context) {
      if (!known.has(request.service)) throw new ConnectError(`there is no service ${request.service}`, Code.NotFound);
      const missing = await unready();
      const status = statusOf(missing);
      if (status !== Status.SERVING && audience === 'peers') context.responseHeader.set(causesHeader, JSON.stringify(missing));
      return { status };
    },
    async *watch(request, context) {
      let last: Status | undefined;
      while (!context.signal.aborted) {
        const now = known.has(request.service) ? statusOf(await unready()) : Status.SERVICE_UNKNOWN;
        if (now !== last) yield { status: now };
        last = now;
        await wait(watchIntervalMs, undefined, { signal: context.signal, ref: false }).catch(() => undefined);
      }
    },
  });
}
