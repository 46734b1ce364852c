import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { describeException } from './exception.mjs';
import { limits } from './limits.mjs';

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */
/** @typedef {import('node:http').ServerResponse} ServerResponse */
/** @typedef {import('./native-engine.mjs').Engine} Engine */
/** @typedef {import('./native-engine.mjs').NativeResult} NativeResult */
/** @typedef {import('./query-request.mjs').QueryRequest} QueryRequest */

const gzipAsync = promisify(gzip);

/**
 * Sends a result, packed where the client asked for it.
 *
 * @param {IncomingMessage} request
 * @param {ServerResponse} response
 * @param {QueryRequest} query
 * @param {{ readonly result: NativeResult, readonly elapsedNs: bigint }} outcome
 * @param {Engine} engine
 */
export async function sendResult(request, response, query, { result, elapsedNs }, engine) {
  const bytes = result.bytes ?? Buffer.alloc(0);
  const headers = {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Server-Display-Name': 'stitchd',
    'X-ClickHouse-Query-Id': query.queryId,
    'X-ClickHouse-Format': query.format,
    'X-ClickHouse-Timezone': engine.timezone,
    'X-ClickHouse-Summary': JSON.stringify(summary(result, bytes.length, elapsedNs)),
  };
  if (bytes.length >= limits.compressFromBytes && wantsGzip(request, query)) {
    const packed = await gzipAsync(bytes, { level: 1 });
    response.writeHead(200, { ...headers, 'Content-Encoding': 'gzip', 'Content-Length': packed.length }).end(packed);
  } else {
    response.writeHead(200, { ...headers, 'Content-Length': bytes.length }).end(bytes);
  }
}

/**
 * Sends an exception in ClickHouse's words.
 *
 * @param {ServerResponse} response
 * @param {unknown} error
 * @param {string} version
 * @param {string} queryId
 */
export function sendException(response, error, version, queryId) {
  const { status, code, text } = describeException(error);
  const headers = {
    'Content-Type': 'text/plain; charset=UTF-8',
    'X-ClickHouse-Exception-Code': String(code),
    'X-ClickHouse-Query-Id': queryId,
  };
  response.writeHead(status, headers).end(`${text} (version ${version} (embedded))\n`);
}

/**
 * @param {IncomingMessage} request
 * @param {QueryRequest} query
 */
function wantsGzip(request, query) {
  return query.parameters.get('enable_http_compression') === '1' && /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
}

/**
 * @param {NativeResult} result
 * @param {number} resultBytes
 * @param {bigint} elapsedNs
 */
function summary(result, resultBytes, elapsedNs) {
  return {
    read_rows: String(result.rowsRead ?? 0),
    read_bytes: String(result.bytesRead ?? 0),
    written_rows: String(result.rowsWritten ?? 0),
    written_bytes: String(result.bytesWritten ?? 0),
    total_rows_to_read: '0',
    result_rows: String(result.rowsWritten ?? result.rowsRead ?? 0),
    result_bytes: String(resultBytes),
    elapsed_ns: String(elapsedNs),
  };
}
