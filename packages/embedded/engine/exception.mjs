/**
 * The codes of ClickHouse that this server raises itself.
 * @type {Readonly<Record<string, number>>}
 */
const codes = Object.freeze({
  SYNTAX_ERROR: 62,
  UNKNOWN_SETTING: 115,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  TOO_MANY_BYTES: 307,
  SESSION_IS_LOCKED: 373,
  QUERY_WAS_CANCELLED: 394,
  TOO_MANY_ROWS_OR_BYTES: 396,
  ACCESS_DENIED: 497,
  UNKNOWN_EXCEPTION: 1002,
});

/** HTTP statuses of exceptions, as ClickHouse answers them; the others are 500. @type {ReadonlyMap<number, number>} */
const statuses = new Map([
  ...[6, 26, 27, 36, 38, 41, 43, 44, 50, 53, 57, 62, 70, 72, 115, 130, 131, 456, 457].map(
    (code) => /** @type {const} */ ([code, 400]),
  ),
  ...[16, 46, 47, 60, 81, 218].map((code) => /** @type {const} */ ([code, 404])),
  [159, 408],
  [202, 429],
  [307, 413],
  [394, 499],
  [497, 403],
]);

/** What the server refuses by itself, written as the engine writes its exceptions, so that the client reads both alike. */
export class ServerException extends Error {
  /**
   * @param {string} type one of the names above
   * @param {string} message
   */
  constructor(type, message) {
    super(`Code: ${codes[type] ?? 1002}. DB::Exception: ${message} (${type})`);
  }
}

/**
 * The status, exception code and text that answer an error of the engine or of this server.
 * @param {unknown} error
 * @returns {{ readonly status: number, readonly code: number, readonly text: string }}
 */
export function describeException(error) {
  const message = error instanceof Error ? error.message : String(error);
  const found = /Code: (\d+)\. /.exec(message);
  if (found === null) return { status: 500, code: 1002, text: `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)` };
  const code = Number(found[1]);
  return { status: statuses.get(code) ?? 500, code, text: message };
}
