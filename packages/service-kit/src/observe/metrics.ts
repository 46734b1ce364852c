import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** Upper bounds in seconds: an in-memory call takes 0.0001, a slow query 5. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export interface RpcMetrics {
  /** @param code - `OK` or a problem code */
  readonly handled: (method: string, code: string, durationMs: number) => void;
}

/** A registry whose every metric carries the service's name. */
export function createServiceRegistry(service: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  new Gauge({ name: 'stitchd_service_up', help: 'The service was made in this process.', registers: [registry] }).set(1);
  return registry;
}

export function createRpcMetrics(registry: Registry): RpcMetrics {
  const handled = new Counter({
    name: 'stitchd_rpc_handled_total',
    help: 'RPCs answered, by method and problem code.',
    labelNames: ['method', 'code'],
    registers: [registry],
  });
  const duration = new Histogram({
    name: 'stitchd_rpc_duration_seconds',
    help: 'Time from request to answer; of a stream, to its opening.',
    labelNames: ['method'],
    buckets: durationBuckets,
    registers: [registry],
  });
  return {
    handled(method, code, durationMs) {
      handled.inc({ method, code });
      duration.observe({ method }, durationMs / 1_000);
    },
  };
}
