import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import pg from 'pg';
import type { DB } from '../gen/schema.ts';
import { postgresLimits } from './limits.ts';

/** A transaction in which a tenant is set; the only way to tenant data. */
export type Tx = Transaction<DB>;

/** The pool of one process on the configuration store. */
export interface Database {
  /**
   * Runs `work` in one transaction that sees and writes only this organisation's rows.
   * An error from `work` rolls everything back.
   */
  readonly inTenant: <T>(organisationId: string, work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** Runs `work` in a transaction without a tenant: it sees no tenant's rows, only what look-up functions tell. */
  readonly beforeTenant: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
  /** A connection of its own for LISTEN, outside the pool. */
  readonly connectListener: () => Promise<pg.Client>;
  /** @throws where the store does not answer */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

// 64-bit integers as numbers: revisions and counts stay far below 2^53. Timestamps stay `Date`.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/**
 * @param options.url - a connection string; `options.applicationName` is what operators see in pg_stat_activity
 */
export function createDatabase(options: {
  readonly url: string;
  readonly applicationName: string;
  readonly maxConnections?: number;
}): Database {
  const settings = connectionSettings(options.url, options.applicationName);
  const pool = new pg.Pool({
    ...settings,
    max: options.maxConnections ?? postgresLimits.poolConnections,
    connectionTimeoutMillis: postgresLimits.connectTimeoutMs,
    idleTimeoutMillis: postgresLimits.idleTimeoutMs,
  });
  // An idle connection that breaks is replaced by the pool; the next query reports a store that stays away.
  pool.on('error', () => undefined);
  const kysely = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return {
    inTenant: (organisationId, work) =>
      kysely.transaction().execute(async (tx) => {
        await sql`select set_config('stitchd.organisation_id', ${organisationId}, true)`.execute(tx);
        return work(tx);
      }),
    beforeTenant: (work) => kysely.transaction().execute(work),
    async connectListener() {
      const client = new pg.Client({ ...settings, connectionTimeoutMillis: postgresLimits.connectTimeoutMs });
      await client.connect();
      return client;
    },
    ping: async () => void (await sql`select 1`.execute(kysely)),
    close: () => kysely.destroy(),
  };
}

/** Every connection takes the role that owns nothing, whoever signs in. */
function connectionSettings(url: string, applicationName: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    options: `-c role=stitchd_app -c statement_timeout=${postgresLimits.statementTimeoutMs} -c lock_timeout=${postgresLimits.lockTimeoutMs}`,
  };
}
