import { eventStoreErrorOf, type EventStore } from '@stitchd/db/clickhouse';

export interface AppliedMigration {
  readonly name: string;
  readonly oldest_program: string;
}

/** Steps that are recorded as done. */
export async function readAppliedMigrations(store: EventStore): Promise<readonly AppliedMigration[]> {
  return store.systemQuery<AppliedMigration>('SELECT DISTINCT name, oldest_program FROM schema_migration ORDER BY name');
}

/** UNKNOWN_TABLE, UNKNOWN_DATABASE */
const missingCodes = new Set([60, 81]);

/** Whether an error says that nothing was ever migrated here. */
export function isTableMissing(error: unknown): boolean {
  const failure = eventStoreErrorOf(error);
  return failure?.kind === 'query' && missingCodes.has(failure.code);
}
