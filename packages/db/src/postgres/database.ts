import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, sql, type Transaction } from 'kysely';
import type pg from 'pg';
import type { DB } from '../gen/schema.ts';
import { openPool } from './connections.ts';
import { postgresLimits } from './limits.ts';
import { openListener, type Listener } from './listener.ts';

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
  /** Hears a channel on a connection of its own, outside the pool. */
  readonly listen: (channel: string, onPayload: (payload: string) => void) => Promise<Listener>;
  /** @throws where the store does not answer within `pingMs` */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * @param options.url - a connection string; `options.applicationName` is what operators see in pg_stat_activity
 */
export function createDatabase(options: {
  readonly url: string;
  readonly applicationName: string;
  readonly maxConnections?: number;
}): Database {
  const settings = connectionSettings(options.url, options.applicationName);
  const pool = openPool({ ...settings, max: options.maxConnections ?? postgresLimits.poolConnections });
  const kysely = new Kysely<DB>({ dialect: new PostgresDialect({ pool }) });
  return {
    inTenant: (organisationId, work) =>
      kysely.transaction().execute(async (tx) => {
        await sql`select set_config('stitchd.organisation_id', ${organisationId}, true)`.execute(tx);
        return work(tx);
      }),
    beforeTenant: (work) => kysely.transaction().execute(work),
    listen: (channel, onPayload) => openListener(settings, channel, onPayload),
    ping: () => ping(pool),
    // Kysely closes the pool only where it has asked something itself.
    close: async () => {
      if (!pool.ending) await pool.end();
    },
  };
}

/** Who asks whether the store answers waits no longer than that, and keeps no connection on which it doesn't. */
async function ping(pool: pg.Pool): Promise<void> {
  const timer = new AbortController();
  const late = wait(postgresLimits.pingMs, undefined, { signal: timer.signal }).then(() => {
    throw new Error('PostgreSQL takes too long to answer');
  });
  // The pool drops a connection whose query has failed.
  const question = { text: 'select 1', query_timeout: postgresLimits.pingMs };
  try {
    await Promise.race([pool.query(question), late]);
  } finally {
    timer.abort();
  }
}

/** Every connection takes the role that owns nothing, whoever signs in. */
function connectionSettings(url: string, applicationName: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    options: `-c role=stitchd_app -c statement_timeout=${postgresLimits.statementTimeoutMs} -c lock_timeout=${postgresLimits.lockTimeoutMs}`,
  };
}
