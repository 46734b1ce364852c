export { EmbeddedEngineError, type EmbeddedEngineErrorCode } from './embedded-engine-error.ts';
export type { EngineLog, EngineLogEntry } from './engine-log.ts';
export { DataDirectoryInUseError } from './data-directory/data-directory-in-use-error.ts';
export { type DataDirectoryLock, lockDataDirectory } from './data-directory/lock-data-directory.ts';
export { postgresMajorVersion, postgresSettings } from './limits.ts';
export { type EmbeddedPostgres, startPostgres, type StartPostgresOptions } from './postgres/start-postgres.ts';
export type { PostgresExit } from './postgres/postgres-server.ts';
