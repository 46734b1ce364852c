import { choiceSetting, durationSetting, optionalTextSetting, textSetting } from './settings.ts';

/** What every process of Stitchd reads, whichever services it runs. */
export const platformSettings = {
  dataDirectory: textSetting({
    variable: 'STITCHD_DATA_DIR',
    default: '.stitchd',
    description: 'Where the embedded stores, keys, spools and logs live.',
  }),
  databaseUrl: optionalTextSetting({
    variable: 'STITCHD_DATABASE_URL',
    secret: true,
    description:
      'PostgreSQL 15 or newer to use instead of the embedded one. The services take the role stitchd_app on each connection.',
  }),
  databaseOwnerUrl: optionalTextSetting({
    variable: 'STITCHD_DATABASE_OWNER_URL',
    secret: true,
    description:
      'The same database for migrations, where its owner signs in by another address; STITCHD_DATABASE_URL where it is not set.',
  }),
  clickhouseUrl: optionalTextSetting({
    variable: 'STITCHD_CLICKHOUSE_URL',
    secret: true,
    description:
      'ClickHouse to use instead of the embedded engine: http(s)://user:password@host:port/database, or unix:/path/to/socket.',
  }),
  clickhouseCluster: optionalTextSetting({
    variable: 'STITCHD_CLICKHOUSE_CLUSTER',
    description: 'Name of the ClickHouse cluster; where it is set, tables are replicated and distributed.',
  }),
  secretKey: optionalTextSetting({
    variable: 'STITCHD_SECRET_KEY',
    secret: true,
    description:
      'Encrypts the signing keys that lie in PostgreSQL: 32 bytes, base64. Made in the data directory where it is not set; required with NODE_ENV=production.',
  }),
  internalKeys: optionalTextSetting({
    variable: 'STITCHD_INTERNAL_KEYS',
    description:
      'A directory with the key pairs by which the services know each other; internal-keys in the data directory where it is not set.',
  }),
  publicUrl: optionalTextSetting({
    variable: 'STITCHD_PUBLIC_URL',
    description:
      'Where people reach the gateway, such as https://flags.example.org: links in webhooks and e-mail lead there. Needed when a proxy stands before it: sign-in is then accepted from that origin, and with https the session cookie is Secure.',
  }),
  logLevel: choiceSetting({
    variable: 'STITCHD_LOG_LEVEL',
    choices: ['debug', 'info', 'warn', 'error', 'silent'],
    default: 'info',
    description: 'The least severe log line that is written.',
  }),
  internalDeadline: durationSetting({
    variable: 'STITCHD_INTERNAL_DEADLINE',
    default: 5_000,
    description:
      'How long one service waits for another before it answers DEADLINE_EXCEEDED; changes of long lists wait up to a minute.',
  }),
  drainTimeout: durationSetting({
    variable: 'STITCHD_DRAIN_TIMEOUT',
    default: 10_000,
    description: 'How long a stopping process lets running requests finish.',
  }),
};
