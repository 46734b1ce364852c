import type { FastifyInstance } from 'fastify';
import type { Frame } from './frame.ts';

/** One log line and one count for each request. Routes are named by their pattern: paths and queries may hold secrets. */
export function observeRequests(server: FastifyInstance, { log, metrics }: Pick<Frame, 'log' | 'metrics'>): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'unmatched' : (request.routeOptions.url ?? 'unmatched');
    const durationMs = Math.round(reply.elapsedTime * 100) / 100;
    const status = reply.statusCode;
    metrics.requests.inc({ method: request.method, route, status });
    metrics.duration.observe({ route }, durationMs / 1_000);
    const principal = request.caller?.principal;
    const line = {
      method: request.method,
      route,
      status,
      durationMs,
      requestId: request.id,
      address: request.ip,
      ...(principal !== undefined && { principal: principal.id, principalKind: principal.kind }),
    };
    if (status >= 500) log.warn(line, 'answered');
    else log.debug(line, 'answered');
    done();
  });
}
