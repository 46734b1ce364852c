import type { EventStore } from '@stitchd/db/clickhouse';

/** An exposure as it is stored. */
export interface RawExposure {
  readonly item_id: string;
  readonly environment_id: string;
  /** Epoch milliseconds, by the sender's clock. */
  readonly at: number;
  readonly skew_ms: number;
  readonly accepted_at: number;
  readonly stored_at: number;
  readonly units: Readonly<Record<string, string>>;
  readonly flag: string;
  readonly variant: string;
  readonly iteration_id: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly sdk_version?: string;
  readonly holdout?: string;
  readonly covered_by?: readonly string[];
  readonly delivered?: boolean;
}

/** An event as it is stored. */
export interface RawEvent {
  readonly item_id: string;
  readonly environment_id: string;
  readonly at: number;
  readonly skew_ms: number;
  readonly accepted_at: number;
  readonly stored_at: number;
  readonly units: Readonly<Record<string, string>>;
  readonly event: string;
  readonly value: number;
}

const storeTime = (epochMs: number): string => new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '');

const rowsPerInsert = 50_000;

/** Writes items straight into their table. Rows of one token are one batch. */
export async function insertRaw(
  store: EventStore,
  table: 'event' | 'exposure',
  items: readonly (RawEvent | RawExposure)[],
  token: string,
): Promise<void> {
  for (let begin = 0; begin < items.length; begin += rowsPerInsert) {
    const rows = items.slice(begin, begin + rowsPerInsert).map((item) => ({
      ...item,
      at: storeTime(item.at),
      accepted_at: storeTime(item.accepted_at),
      stored_at: storeTime(item.stored_at),
    }));
    await store.insertRows(table, rows, { token: `${token}-${begin}` });
  }
}
