import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { limits } from './limits.mjs';
import { outsideNames } from './statement-rules.mjs';

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
 * The engine, opened on a directory.
 * @typedef {object} Engine
 * @property {string} version
 * @property {string} timezone
 * @property {import('./statement-rules.mjs').OutsideNames} outside what statements may not use
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
 * @param {string} directory absolute, of characters that mean nothing to the engine
 * @param {string} databaseName the database that is made where it isn't there
 * @returns {Promise<Engine>}
 */
export async function openEngine(directory, databaseName) {
  const addon = loadAddon();
  const settings = [`--max_server_memory_usage=${limits.serverMemoryBytes}`, `--mark_cache_size=${limits.markCacheBytes}`];
  const connect = () => addon.CreateConnection(directory, settings);
  const kept = connect();
  /** @param {string} sql */
  const run = (sql) => addon.QueryAsyncConnection(kept, sql, 'TSVRaw');
  /** @param {string} sql */
  const column = async (sql) => (await run(sql)).bytes?.toString('utf8').trim().split('\n') ?? [];
  await closeFileDatabase(run, directory);
  await run(`CREATE DATABASE IF NOT EXISTS ${databaseName} ENGINE = Atomic`);
  const [version = '', timezone = 'UTC'] = await column('SELECT arrayJoin([version(), timezone()])');
  const outside = outsideNames(
    await column('SELECT lower(name) FROM system.table_functions'),
    await column('SELECT lower(name) FROM system.table_engines UNION ALL SELECT lower(name) FROM system.database_engines'),
  );
  return {
    version,
    timezone,
    outside,
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

/**
 * In this engine's database `default` every path of the file system is a table: `` SELECT * FROM `/etc/passwd` `` reads it.
 * It can be taken away only as long as nothing has been read in it, and its name must go on existing, for new connections
 * begin there: so an empty database takes its place.
 *
 * @param {(sql: string) => Promise<unknown>} run
 * @param {string} directory
 */
async function closeFileDatabase(run, directory) {
  await run('DETACH DATABASE default');
  // The replacement of an earlier run is on the disk, but the engine does not load it.
  const isKept = existsSync(`${directory}/metadata/default.sql`);
  await run(isKept ? 'ATTACH DATABASE default' : 'CREATE DATABASE default ENGINE = Memory');
}
