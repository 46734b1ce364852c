import {
  durationSetting,
  numberSetting,
  optionalTextSetting,
  portSetting,
  serviceSettings,
  textSetting,
} from '@stitchd/service-kit';

const { grpcHost, grpcPort } = serviceSettings('gateway');

/** What an operator can choose of the gateway. */
export const gatewaySettings = {
  grpcHost,
  grpcPort,
  httpPort: portSetting({
    variable: 'STITCHD_GATEWAY_HTTP_PORT',
    default: 8080,
    description: 'The public port of REST, OFREP and the admin UI.',
  }),
  httpHost: textSetting({
    variable: 'STITCHD_GATEWAY_HTTP_HOST',
    default: '0.0.0.0',
    description: 'The address on which the gateway listens for HTTP; 127.0.0.1 keeps it to this machine.',
  }),
  trustedProxies: optionalTextSetting({
    variable: 'STITCHD_GATEWAY_TRUSTED_PROXIES',
    description:
      'Addresses or CIDR ranges, comma-separated, of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.',
  }),
  adminDirectory: optionalTextSetting({
    variable: 'STITCHD_GATEWAY_ADMIN_DIR',
    description: "The built admin UI; the repository's apps/admin/dist where it is not set.",
  }),
  keyGrace: durationSetting({
    variable: 'STITCHD_GATEWAY_KEY_GRACE',
    default: 60 * 60_000,
    description:
      'How long keys that are known stay valid while auth-service can not be heard; unknown ones are not admitted then.',
  }),
  maxStreams: numberSetting({
    variable: 'STITCHD_GATEWAY_MAX_STREAMS',
    default: 10_000,
    low: 1,
    high: 1_000_000,
    description:
      'Streams that one gateway holds, FlagSync and server-sent events together, four fifths of them at most of client keys, and of one organisation at most four for each that is still free; a further one is refused with RATE_LIMITED (RESOURCE_EXHAUSTED over gRPC).',
  }),
  rateLimitPeople: numberSetting({
    variable: 'STITCHD_GATEWAY_RATE_LIMIT_PEOPLE',
    default: 100,
    low: 1,
    high: 1_000_000,
    description: 'Requests per second of one user or API token, averaged over ten seconds, per gateway.',
  }),
  rateLimitServerKey: numberSetting({
    variable: 'STITCHD_GATEWAY_RATE_LIMIT_SERVER_KEY',
    default: 50_000,
    low: 1,
    high: 1_000_000,
    description: 'Requests per second of one server SDK key, averaged over ten seconds, per gateway.',
  }),
  rateLimitClientKey: numberSetting({
    variable: 'STITCHD_GATEWAY_RATE_LIMIT_CLIENT_KEY',
    default: 5_000,
    low: 1,
    high: 1_000_000,
    description: 'Requests per second of one client SDK key, averaged over ten seconds, per gateway.',
  }),
  rateLimitAddress: numberSetting({
    variable: 'STITCHD_GATEWAY_RATE_LIMIT_ADDRESS',
    default: 20,
    low: 1,
    high: 1_000_000,
    description:
      'Sign-in requests, and requests with credentials that are not valid, per second and client address, averaged over ten seconds, per gateway.',
  }),
};
