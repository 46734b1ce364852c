import http from 'node:http';
import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { ClickHouseLogLevel, createClient, type ClickHouseClient, type ClickHouseSettings } from '@clickhouse/client';
import { endWithSignal } from './end-with-signal.ts';
import { parseEventStoreUrl, type EventStoreAddress } from './address.ts';
import { classifyEventStoreError, EventStoreFailure } from './errors.ts';
import { clickhouseLimits } from './limits.ts';
import { querySettings, type QueryLimits } from './query-settings.ts';
import { checkedEnvironment, localTable, tenantFilters } from './tenant-filters.ts';

export interface TenantQuery {
  /** Bound as `{environmentId:UUID}`, which `sql` must use. */
  readonly environmentId: string;
  /** One SELECT without FORMAT; tenant rows come from `distinctEvents` and `distinctExposures`. */
  readonly sql: string;
  /** By name, used in `sql` as `{name:Type}`. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly limits?: QueryLimits;
  /** Ends it, in the event store as well. */
  readonly signal?: AbortSignal;
  /** Told how many rows were read. The embedded engine does not say it of `insertSelect`. */
  readonly onRead?: (rows: number) => void;
}

/**
 * The pool of one process on the event store: the one way to ClickHouse. Every error is an `EventStoreFailure`; see
 * `eventStoreErrorOf`.
 */
export interface EventStore {
  readonly database: string;
  /** Where set, tables are replicated and distributed over this cluster. */
  readonly cluster: string | undefined;
  /** Reads rows of one environment. 64-bit integers come as numbers, NaN and infinities as null. */
  readonly query: <Row>(query: TenantQuery) => Promise<readonly Row[]>;
  /** Reads what belongs to no tenant; of tenant tables it sees no row. */
  readonly systemQuery: <Row>(sql: string, params?: Readonly<Record<string, unknown>>) => Promise<readonly Row[]>;
  /** Inserts objects, one per row, by column name. The same token again, for the same rows, adds nothing. */
  readonly insertRows: (
    table: string,
    rows: readonly Readonly<Record<string, unknown>>[],
    options: { readonly token: string },
  ) => Promise<void>;
  /** Inserts rows that are encoded as RowBinary already, in the order of `columns`. */
  readonly insertBinary: (
    table: string,
    columns: readonly string[],
    chunks: readonly Uint8Array[],
    options: { readonly token: string },
  ) => Promise<void>;
  /**
   * Inserts what a SELECT over one environment gives: `sql` is `INSERT INTO … SELECT … ORDER BY …`. It has to be ordered
   * completely, or the engine ignores the token.
   */
  readonly insertSelect: (query: TenantQuery & { readonly token: string }) => Promise<void>;
  /**
   * Removes rows of one environment, on every server, and answers when no query sees them any more.
   * @param rows.where - a condition with bound parameters
   */
  readonly eraseRows: (
    table: string,
    rows: {
      readonly environmentId: string;
      readonly where: string;
      readonly params: Readonly<Record<string, unknown>>;
    },
  ) => Promise<void>;
  /** Runs DDL or another statement without a result. */
  readonly command: (
    sql: string,
    options?: {
      readonly settings?: Readonly<Record<string, string | number>>;
      /** How long it may take; `clickhouseLimits.commandSeconds` where it is left out. */
      readonly seconds?: number;
    },
  ) => Promise<void>;
  readonly createDatabaseIfMissing: () => Promise<void>;
  /** @throws EventStoreFailure where the store does not answer within a second */
  readonly ping: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface EventStoreOptions {
  /** `http(s)://user:password@host:port/database` or `unix:/path/to/socket?database=name` */
  readonly url: string;
  readonly cluster?: string | undefined;
  /** What operators see in the server's query log. */
  readonly applicationName: string;
}

/** @throws Error for an address that can't be used */
export function createEventStore(options: EventStoreOptions): EventStore {
  const address = parseEventStoreUrl(options.url);
  const client = connect(address, address.database, options.applicationName);
  const server = { client, cluster: options.cluster };
  const isEmbedded = address.socketPath !== undefined;
  const rawCommand = (
    target: ClickHouseClient,
    sql: string,
    settings: ClickHouseSettings = {},
    seconds: number = clickhouseLimits.commandSeconds,
  ) =>
    attempt(false, async () => {
      const abort_signal = deadline(seconds);
      await target.command({ query: sql, clickhouse_settings: { wait_end_of_query: 1, ...settings }, abort_signal });
    });
  return {
    database: address.database,
    cluster: options.cluster,
    query: (query) =>
      attempt(false, () => endWithSignal(server, query.signal, (queryId) => readRows(client, query, { queryId, isEmbedded }))),
    systemQuery: (sql, params = {}) => attempt(false, () => readSystemRows(client, sql, params)),
    insertRows: (table, rows, { token }) => attempt(true, () => insertObjects(client, table, rows, token)),
    insertBinary: (table, columns, chunks, { token }) => attempt(true, () => insertChunks(client, table, columns, chunks, token)),
    insertSelect: (query) =>
      attempt(false, () =>
        endWithSignal(server, query.signal, (queryId) => insertSelected(client, query, { queryId, isEmbedded })),
      ),
    eraseRows: (table, rows) => attempt(false, () => erase(client, options.cluster, table, rows)),
    command: (sql, { settings, seconds } = {}) => rawCommand(client, sql, settings, seconds),
    async createDatabaseIfMissing() {
      const outside = connect(address, undefined, options.applicationName);
      const onCluster = options.cluster === undefined ? '' : ` ON CLUSTER \`${options.cluster}\``;
      await rawCommand(outside, `CREATE DATABASE IF NOT EXISTS \`${address.database}\`${onCluster}`).finally(() =>
        outside.close(),
      );
    },
    ping: () => attempt(false, () => ping(client)),
    close: () => client.close(),
  };
}

function connect(address: EventStoreAddress, database: string | undefined, application: string): ClickHouseClient {
  return createClient({
    url: address.origin,
    username: address.username,
    password: address.password,
    ...(database === undefined ? {} : { database }),
    application,
    request_timeout: clickhouseLimits.query.executionSeconds.most * 1_000 + clickhouseLimits.answerGraceMs,
    max_open_connections: clickhouseLimits.connections,
    // A body gets gzip only over a network: on one machine it costs more than it saves.
    compression: { request: false, response: address.socketPath === undefined },
    log: { level: ClickHouseLogLevel.OFF },
    // Many parameters are sent as a form, which proxies let through where a long URL is refused. Behind a socket is the embedded
    // engine: it takes a long URL, and reads no forms.
    use_multipart_params_auto: address.socketPath === undefined,
    ...(address.socketPath === undefined ? {} : { http_agent: socketAgent(address.socketPath) }),
  });
}

/** Node passes an agent's options on to each connection; its types don't say so. */
function socketAgent(socketPath: string): http.Agent {
  const options = { keepAlive: true, maxSockets: clickhouseLimits.connections, socketPath };
  return new http.Agent(options);
}

/** Gives whatever the client throws its kind. */
async function attempt<T>(insertsRows: boolean, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof RangeError || error instanceof EventStoreFailure) throw error;
    throw new EventStoreFailure(classifyEventStoreError(error, insertsRows), error);
  }
}

function deadline(seconds: number, signal?: AbortSignal): AbortSignal {
  const late = AbortSignal.timeout(seconds * 1_000 + clickhouseLimits.answerGraceMs);
  return signal === undefined ? late : AbortSignal.any([signal, late]);
}

function tenantParams(query: TenantQuery): Record<string, unknown> {
  if (!query.sql.includes('{environmentId:UUID}')) throw new RangeError('a query on tenant data names {environmentId:UUID}');
  return { ...query.params, environmentId: checkedEnvironment(query.environmentId) };
}

interface Statement {
  readonly queryId: string;
  readonly isEmbedded: boolean;
}

async function readRows<Row>(
  client: ClickHouseClient,
  query: TenantQuery,
  { queryId, isEmbedded }: Statement,
): Promise<readonly Row[]> {
  const { settings, executionSeconds } = querySettings(query.limits);
  const asked = {
    query: query.sql,
    query_id: queryId,
    query_params: tenantParams(query),
    clickhouse_settings: { ...settings, additional_table_filters: tenantFilters(query.environmentId) },
    abort_signal: deadline(executionSeconds, query.signal),
  };
  // The embedded engine's summary says how many rows the answer has; how many were read for it stands in the answer alone.
  if (isEmbedded && query.onRead !== undefined) {
    const { data, statistics } = await (await client.query({ ...asked, format: 'JSON' })).json<Row>();
    query.onRead(statistics?.rows_read ?? 0);
    return data;
  }
  const result = await client.query({ ...asked, format: 'JSONEachRow' });
  query.onRead?.(rowsRead(result.response_headers));
  return result.json<Row>();
}

/** 0 where the answer does not say. */
function rowsRead(headers: Readonly<Record<string, string | readonly string[] | undefined>>): number {
  const summary = headers['x-clickhouse-summary'];
  if (typeof summary !== 'string') return 0;
  const { read_rows: read } = JSON.parse(summary) as { readonly read_rows?: string };
  return Number(read ?? 0);
}

async function readSystemRows<Row>(client: ClickHouseClient, sql: string, params: Readonly<Record<string, unknown>>) {
  const { settings, executionSeconds } = querySettings(undefined);
  const result = await client.query({
    query: sql,
    format: 'JSONEachRow',
    query_params: { ...params },
    clickhouse_settings: { ...settings, additional_table_filters: tenantFilters(undefined) },
    abort_signal: deadline(executionSeconds),
  });
  return result.json<Row>();
}

/** Nothing is left to the server's defaults, which differ between installations. */
function insertSettings(token: string): ClickHouseSettings {
  if (token === '') throw new RangeError('an insert needs a token');
  return {
    async_insert: 0,
    insert_deduplicate: 1,
    insert_deduplication_token: token,
    deduplicate_blocks_in_dependent_materialized_views: 1,
    insert_distributed_sync: 1,
    // Merges and FINAL leave one copy of an item; looking for copies inside each batch made inserts three times slower.
    optimize_on_insert: 0,
    // A batch of imported items may span many months, each a partition.
    max_partitions_per_insert_block: '0',
    max_execution_time: clickhouseLimits.insertSeconds,
    wait_end_of_query: 1,
  };
}

async function insertObjects(
  client: ClickHouseClient,
  table: string,
  rows: readonly Readonly<Record<string, unknown>>[],
  token: string,
): Promise<void> {
  await client.insert({
    table,
    values: [...rows],
    format: 'JSONEachRow',
    clickhouse_settings: { ...insertSettings(token), input_format_skip_unknown_fields: 0 },
    abort_signal: deadline(clickhouseLimits.insertSeconds),
  });
}

async function insertChunks(
  client: ClickHouseClient,
  table: string,
  columns: readonly string[],
  chunks: readonly Uint8Array[],
  token: string,
): Promise<void> {
  const { stream } = await client.exec({
    query: `INSERT INTO ${table} (${columns.join(', ')}) FORMAT RowBinary`,
    values: Readable.from(chunks, { objectMode: false }),
    clickhouse_settings: insertSettings(token),
    abort_signal: deadline(clickhouseLimits.insertSeconds),
  });
  // The connection is free again when the (empty) answer has been read.
  await finished(stream.resume());
}

async function insertSelected(
  client: ClickHouseClient,
  query: TenantQuery & { readonly token: string },
  { queryId, isEmbedded }: Statement,
): Promise<void> {
  const { settings, executionSeconds } = querySettings(query.limits);
  const { response_headers: headers } = await client.command({
    query: query.sql,
    query_id: queryId,
    query_params: tenantParams(query),
    clickhouse_settings: {
      ...settings,
      ...insertSettings(query.token),
      max_execution_time: executionSeconds,
      max_insert_threads: '1',
      additional_table_filters: tenantFilters(query.environmentId),
    },
    abort_signal: deadline(executionSeconds, query.signal),
  });
  if (!isEmbedded) query.onRead?.(rowsRead(headers));
}

async function erase(
  client: ClickHouseClient,
  cluster: string | undefined,
  table: string,
  { environmentId, where, params }: Parameters<EventStore['eraseRows']>[1],
): Promise<void> {
  const from = cluster === undefined ? table : `${localTable(table)} ON CLUSTER \`${cluster}\``;
  await client.command({
    query: `DELETE FROM ${from} WHERE environment_id = {environmentId:UUID} AND (${where})`,
    query_params: { ...params, environmentId: checkedEnvironment(environmentId) },
    clickhouse_settings: { lightweight_deletes_sync: '2', wait_end_of_query: 1 },
    abort_signal: deadline(clickhouseLimits.commandSeconds),
  });
}

async function ping(client: ClickHouseClient): Promise<void> {
  // A statement, not /ping: that answers without looking at credentials.
  const result = await client.ping({ select: true, abort_signal: AbortSignal.timeout(clickhouseLimits.pingTimeoutMs) });
  if (!result.success) throw result.error;
}
