import { Socket } from 'node:net';
import pg from 'pg';
import { postgresLimits } from './limits.ts';

// The only module that opens connections: each one must be able to break at any moment without harm.

// 64-bit integers as numbers: revisions and counts stay far below 2^53. Timestamps stay `Date`.
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** A pool whose connections may break whether they lie idle, are lent out or run a statement: the work on them fails, no more. */
export function openPool(config: pg.PoolConfig): pg.Pool {
  const pool = new pg.Pool({
    ...config,
    connectionTimeoutMillis: postgresLimits.connectTimeoutMs,
    idleTimeoutMillis: postgresLimits.idleTimeoutMs,
  });
  // An idle connection that breaks is replaced by the pool; the next query reports a store that stays away.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => {
    surviveLoss(client);
    limitSilence(client, postgresLimits.silentConnectionMs);
  });
  return pool;
}

/** A connection of its own. */
export type Connection = pg.Client;

/**
 * A connection outside any pool. Where it is lost, its statements fail and it emits `end`.
 * @throws where the store does not answer in time
 */
export async function openConnection(config: pg.ClientConfig): Promise<Connection> {
  const client = new pg.Client({ connectionTimeoutMillis: postgresLimits.connectTimeoutMs, ...config });
  surviveLoss(client);
  await client.connect();
  return client;
}

/**
 * A lost connection emits `error`, beside what its statements throw, and Node ends a process in which nobody listens. The pool
 * listens only while a connection lies idle in it.
 */
function surviveLoss(client: pg.Client): void {
  client.on('error', () => undefined);
}

/**
 * Gives a connection up where nothing comes or goes for so long: behind a network that swallows packets the system would wait
 * a quarter of an hour for an answer.
 * @param milliseconds - 0: never
 */
export function limitSilence(client: pg.Client, milliseconds: number): void {
  const { stream } = client.connection;
  if (stream instanceof Socket) stream.setTimeout(milliseconds, giveUp);
}

function giveUp(this: Socket): void {
  this.destroy(Object.assign(new Error('Connection terminated: PostgreSQL is silent'), { code: 'ETIMEDOUT' }));
}
