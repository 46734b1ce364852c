export { eventStoreMigrations } from './migrations/index.ts';
export {
  EventStoreMigrationError,
  eventStoreState,
  migrateEventStore,
  type EventStoreMigrationOutcome,
  type EventStoreState,
  type Exclusively,
} from './migrations/migrate-event-store.ts';
export type { EventStoreMigration } from './migrations/migration.ts';
