import { randomUUID } from 'node:crypto';
import { ServerException } from './exception.mjs';
import { limits } from './limits.mjs';
import { prepareConnection } from './request-settings.mjs';

/** @typedef {import('./native-engine.mjs').Connection} Connection */
/** @typedef {import('./native-engine.mjs').Engine} Engine */
/** @typedef {import('./native-engine.mjs').NativeResult} NativeResult */
/** @typedef {import('./query-request.mjs').QueryRequest} QueryRequest */

/**
 * Runs a request when it is its turn, and ends it when `gone` says that nobody waits for the answer any more.
 *
 * @param {QueryRequest} query
 * @param {{ readonly engine: Engine, readonly slots: import('./query-slots.mjs').QuerySlots, readonly connections: import('./sessions.mjs').Connections }} server
 * @param {AbortSignal} gone
 * @returns {Promise<{ readonly result: NativeResult, readonly elapsedNs: bigint }>}
 */
export async function runQuery(query, { engine, slots, connections }, gone) {
  // The engine knows queries by their comment; a name that the client chose might be somebody else's.
  const tag = randomUUID();
  const preparation = prepareConnection(query.parameters, { tag, readOnly: query.readOnly, database: query.database });
  await slots.acquire();
  try {
    if (gone.aborted) throw new ServerException('QUERY_WAS_CANCELLED', 'The client went away.');
    const { connection, release } = connections.open(query.parameters.get('session_id'), query.parameters.get('session_timeout'));
    const stopWatching = killWhenGone(engine, tag, gone);
    try {
      const startedAt = process.hrtime.bigint();
      const result = await execute(engine, connection, preparation, query);
      return { result: capResult(result), elapsedNs: process.hrtime.bigint() - startedAt };
    } finally {
      stopWatching();
      release();
    }
  } finally {
    slots.release();
  }
}

/**
 * @param {Engine} engine
 * @param {Connection} connection
 * @param {string} preparation
 * @param {QueryRequest} query
 * @returns {Promise<NativeResult>}
 */
async function execute(engine, connection, preparation, { work, format }) {
  if (work.kind === 'insert') return engine.insert(connection, preparation + work.sql);
  const count = await engine.countStatements(work.sql);
  if (count > 1) throw new ServerException('SYNTAX_ERROR', 'Multi-statements are not allowed.');
  // The engine can't read it: it is run only to get the engine's own words, and may change nothing.
  const restriction = count === 0 ? "SET readonly = '1'; " : '';
  return engine.query(connection, `${preparation}${restriction}\n${work.sql}`, format);
}

/**
 * Kills the query again and again from the moment the client is gone until it has ended.
 * @param {Engine} engine
 * @param {string} tag
 * @param {AbortSignal} gone
 */
function killWhenGone(engine, tag, gone) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const kill = () => {
    // A kill that fails is repeated; the query's own time limit ends it in any case.
    engine.kill(tag).catch(() => undefined);
    timer = setTimeout(kill, limits.killAgainMs);
  };
  gone.addEventListener('abort', kill, { once: true });
  return () => {
    gone.removeEventListener('abort', kill);
    clearTimeout(timer);
  };
}

/** @param {NativeResult} result */
function capResult(result) {
  if ((result.bytes?.length ?? 0) > limits.resultBytes) {
    throw new ServerException(
      'TOO_MANY_ROWS_OR_BYTES',
      `The result is larger than ${limits.resultBytes} bytes; ask for less, or page through it.`,
    );
  }
  return result;
}
