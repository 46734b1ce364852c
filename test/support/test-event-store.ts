import { randomBytes } from 'node:crypto';
import { createEventStore, type EventStore } from '@stitchd/db/clickhouse';
import { migrateEventStore } from '@stitchd/events';
import { inject } from 'vitest';

export interface TestEventStore {
  /** As STITCHD_CLICKHOUSE_URL takes it. */
  readonly url: string;
  readonly store: EventStore;
  /** Closes the store and removes its database. */
  readonly drop: () => Promise<void>;
}

/** A migrated database of its own in the run's ClickHouse; `empty` leaves out the migrations. */
export async function createTestEventStore(options: { readonly empty?: boolean } = {}): Promise<TestEventStore> {
  const url = testEventStoreUrl(inject('clickhouseUrl'));
  const store = createEventStore({ url, applicationName: 'test' });
  // Nobody else migrates this database.
  if (options.empty !== true) await migrateEventStore(store, { exclusively: (work) => work() });
  return {
    url,
    store,
    async drop() {
      await store.command(`DROP DATABASE IF EXISTS \`${store.database}\` SYNC`);
      await store.close();
    },
  };
}

/** A database that nobody has, at a ClickHouse that answers at `url`. */
export function testEventStoreUrl(url: string): string {
  const name = `test_${randomBytes(8).toString('hex')}`;
  return url.startsWith('unix:') ? `${url}?database=${name}` : new URL(name, url).href;
}
