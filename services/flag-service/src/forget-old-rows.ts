import { deleteOldRows, organisationsWithOldRows } from '@stitchd/db/platform';
import type { Database } from '@stitchd/db/postgres';
import type { Logger } from '@stitchd/service-kit';

/**
 * Deletes what the platform keeps for a time only, of every organisation. Several replicas may do it at once. What can't be
 * deleted in one organisation now is tried again the next time, and keeps no other waiting.
 */
export async function forgetOldRows(
  { database, log }: { readonly database: Database; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  for (const organisationId of await organisationsWithOldRows(database)) {
    try {
      while (!signal.aborted && (await deleteOldRows(database, organisationId)) > 0);
    } catch (error) {
      log.warn({ err: error, organisationId }, 'old rows of an organisation have to wait');
    }
  }
}
