import { openConnection } from '../postgres/index.ts';

/** How long a migration waits for another one to end. */
const lockWaitSeconds = 300;
/** Names the lock among all advisory locks of the database. */
const lockName = 'stitchd.event-store-migration';

/**
 * Runs `work` while no other process of the installation does: the event store is migrated under a lock in PostgreSQL, which
 * frees it when its holder dies.
 * @param ownerUrl - any role that may sign in
 * @throws Error of PostgreSQL where the lock is not free within five minutes
 */
export async function withEventStoreLock<T>(ownerUrl: string, work: () => Promise<T>): Promise<T> {
  // Where PostgreSQL goes away meanwhile, the next statement says so.
  const client = await openConnection({
    connectionString: ownerUrl,
    options: `-c lock_timeout=${lockWaitSeconds}s -c idle_session_timeout=0`,
  });
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [lockName]);
    return await work();
  } finally {
    await client.end();
  }
}
