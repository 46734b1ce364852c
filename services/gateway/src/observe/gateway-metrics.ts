import { Counter, Gauge, Histogram, type ServiceContext } from '@stitchd/service-kit';

export type GatewayMetrics = ReturnType<typeof createGatewayMetrics>;

/** Upper bounds in seconds: a remote evaluation takes 0.0003, a slow query 5. */
const durationBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];

export function createGatewayMetrics(registry: ServiceContext<{}>['metrics']) {
  const registers = [registry];
  return {
    requests: new Counter({
      name: 'stitchd_http_requests_total',
      help: 'HTTP requests answered, by route and status.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    duration: new Histogram({
      name: 'stitchd_http_request_duration_seconds',
      help: 'Time from the head of a request to the end of its answer.',
      labelNames: ['route'],
      buckets: durationBuckets,
      registers,
    }),
    rateLimited: new Counter({
      name: 'stitchd_http_rate_limited_total',
      help: 'Requests refused by a rate limit, by whom it holds for.',
      labelNames: ['of'],
      registers,
    }),
    keyLookups: new Counter({
      name: 'stitchd_key_lookups_total',
      help: 'Keys and tokens looked up, by where the answer came from.',
      labelNames: ['from'],
      registers,
    }),
    streams: new Gauge({
      name: 'stitchd_sync_streams',
      help: 'Streams that are open, by how they are written: FlagSync over gRPC, or server-sent events.',
      labelNames: ['form'],
      registers,
    }),
    syncMessages: new Counter({
      name: 'stitchd_sync_messages_total',
      help: 'Messages written to streams of definitions, by what they carry.',
      labelNames: ['kind'],
      registers,
    }),
    replicas: new Gauge({
      name: 'stitchd_sync_environments',
      help: 'Environments whose definitions the gateway holds.',
      registers,
    }),
    unresolvedMemberships: new Counter({
      name: 'stitchd_remote_unresolved_memberships_total',
      help: 'Memberships in lists that remote evaluations treated as unknown, because segmentation-service did not tell them.',
      registers,
    }),
    exposures: new Counter({
      name: 'stitchd_remote_exposures_total',
      help: 'Exposures of remote evaluations, by what became of them.',
      labelNames: ['outcome'],
      registers,
    }),
  };
}
