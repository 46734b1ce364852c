import type { QueryParameter } from '@stitchd/events';

export type Parameters = Readonly<Record<string, QueryParameter>>;

/** A statement with its parameters, which ClickHouse binds. */
export interface Query {
  readonly sql: string;
  readonly parameters: Parameters;
}

/** As ClickHouse reads a DateTime64(3): UTC, to the millisecond. */
export function storeTime(iso: string, plusMs = 0): string {
  return new Date(Date.parse(iso) + plusMs).toISOString().replace('T', ' ').replace('Z', '');
}
