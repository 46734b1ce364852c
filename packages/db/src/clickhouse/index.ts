export { distinctEvents, distinctExposures, madeInPeriod, type DistinctSource } from './distinct-items.ts';
export { eventStoreErrorOf, EventStoreFailure, type EventStoreError } from './errors.ts';
export { createEventStore, type EventStore, type EventStoreOptions, type TenantQuery } from './event-store.ts';
export { clickhouseLimits } from './limits.ts';
export type { QueryLimits } from './query-settings.ts';
export { localTable, tenantTables, type TenantTable, type TenantTableFacts } from './tenant-filters.ts';
export { deleteRows, deletionStatement, mutationsOf, unfinishedDeletions } from './delete-rows.ts';
export { countRowsOfUnits, hashUnits, ofUnits, tablesOfUnits, type HashedUnit } from './unit-rows.ts';
export { countOldRows, olderRows, retainedTables, type RetainedTable } from './old-rows.ts';
