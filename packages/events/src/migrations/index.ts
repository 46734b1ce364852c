import { rawItems } from './0001-raw-items.ts';
import type { EventStoreMigration } from './migration.ts';

/** Every step of the event store's schema, in order. */
export const eventStoreMigrations: readonly EventStoreMigration[] = [rawItems];
