export { decodeCursor, encodeCursor, pageLimits } from './cursor.ts';
export { createDatabase, type Database, type Tx } from './database.ts';
export { storeErrorOf, type StoreError } from './errors.ts';
export { postgresLimits } from './limits.ts';
export { migratePostgres, readSchemaState, type MigrationOutcome, type SchemaState } from './migrate.ts';
export { migrationNames } from './migration-names.ts';
export { searchPattern } from './search-pattern.ts';
export { findUnstorableText, isStorableText } from './unstorable-text.ts';
