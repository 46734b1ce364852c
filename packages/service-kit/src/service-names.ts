/** The services of Stitchd, in the order in which they start together. */
export const serviceNames = [
  'auth-service',
  'flag-service',
  'segmentation-service',
  'event-service',
  'experimentation-service',
  'stats-service',
  'gateway',
] as const;

export type ServiceName = (typeof serviceNames)[number];

/** Who may sign an internal token: a service, or the operator's own command line. */
export type SignerName = ServiceName | 'command';

/** `auth-service` → `AUTH`, `gateway` → `GATEWAY`: the middle of environment variables such as `STITCHD_AUTH_GRPC_PORT`. */
export function variablePrefix(name: ServiceName): string {
  return name.replace(/-service$/, '').toUpperCase();
}
