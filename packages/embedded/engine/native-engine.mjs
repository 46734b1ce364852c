import { createRequire } from 'node:module';
import { limits } from './limits.mjs';

/**
 * What the npm package of the engine offers and is used here.
 * @typedef {object} NativeAddon
 * @property {(path: string, settings: readonly string[]) => Connection} CreateConnection
 * @property {(connection: Connection) => void} CloseConnection
 * @property {(connection: Connection, sql: string, format: string) => Promise<NativeResult>} QueryAsyncConnection
 * @property {(connection: Connection, sql: string, data: Buffer, countLines: boolean) => Promise<NativeResult>} InsertRawAsyncConnection
 * @property {(connection: Connection, sql: string) => Promise<{ readonly statementCount: number }>} DurableClassifyAsync
 */

/** @typedef {object} Connection an open connection of the addon */

/**
 * @typedef {object} NativeResult
 * @property {Buffer} [bytes]
 * @property {number} [rowsRead]
 * @property {number} [bytesRead]
 * @property {number} [rowsWritten]
 * @property {number} [bytesWritten]
 */

/**
 * The engine, opened on a directory of the working directory.
 * @typedef {object} Engine
 * @property {string} version
 * @property {string} timezone
 * @property {ReadonlySet<string>} tableFunctions all table functions' names, in lower case
 * @property {() => Connection} connect
 * @property {(connection: Connection) => void} disconnect
 * @property {(connection: Connection, sql: string, format: string) => Promise<NativeResult>} query
 * @property {(connection: Connection, sql: string) => Promise<NativeResult>} insert
 * @property {(sql: string) => Promise<number>} countStatements how many the engine reads in the text; 0 where it can't
 * @property {(tag: string) => Promise<void>} kill ends the queries whose comment begins with the tag; all of them for ''
 * @property {() => void} close
 */

/** @returns {NativeAddon} */
function loadAddon() {
  return createRequire(import.meta.url)(`@chdb/lib-${process.platform}-${process.arch}-gnu`);
}

/**
 * Opens the engine. One connection stays open as long as the server runs, and with it the engine and its lock on the files.
 *
 * @param {string} directory relative to the working directory, so that no character of the whole path matters
 * @param {string} databaseName the database that is made where it isn't there
 * @returns {Promise<Engine>}
 */
export async function openEngine(directory, databaseName) {
  const addon = loadAddon();
  const settings = [`--max_server_memory_usage=${limits.serverMemoryBytes}`, `--mark_cache_size=${limits.markCacheBytes}`];
  const connect = () => addon.CreateConnection(directory, settings);
  const kept = connect();
  await addon.QueryAsyncConnection(kept, `CREATE DATABASE IF NOT EXISTS ${databaseName} ENGINE = Atomic`, 'Null');
  /** @param {string} sql */
  const column = async (sql) =>
    (await addon.QueryAsyncConnection(kept, sql, 'TSVRaw')).bytes?.toString('utf8').trim().split('\n') ?? [];
  const [version = '', timezone = 'UTC'] = await column('SELECT arrayJoin([version(), timezone()])');
  const tableFunctions = new Set(await column('SELECT lower(name) FROM system.table_functions'));
  return {
    version,
    timezone,
    tableFunctions,
    connect,
    disconnect: (connection) => addon.CloseConnection(connection),
    query: (connection, sql, format) => addon.QueryAsyncConnection(connection, sql, format),
    insert: (connection, sql) => addon.InsertRawAsyncConnection(connection, sql, Buffer.alloc(0), false),
    async countStatements(sql) {
      return (await addon.DurableClassifyAsync(kept, sql)).statementCount;
    },
    async kill(tag) {
      const connection = connect();
      try {
        await addon.QueryAsyncConnection(
          connection,
          `KILL QUERY WHERE startsWith(Settings['log_comment'], '${tag}') ASYNC`,
          'Null',
        );
      } finally {
        addon.CloseConnection(connection);
      }
    },
    close: () => addon.CloseConnection(kept),
  };
}
