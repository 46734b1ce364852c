import { randomUUID } from 'node:crypto';
import { insertFromFile, parseDataInsert } from './insert-statement.mjs';
import { readStatement, writeInsertData } from './request-body.mjs';
import { checkStatement } from './statement-rules.mjs';

/** @typedef {import('node:http').IncomingMessage} IncomingMessage */

/**
 * What a request asks for, checked.
 * @typedef {object} QueryRequest
 * @property {URLSearchParams} parameters
 * @property {string} queryId what the client called it, or a name of our own
 * @property {string | undefined} database
 * @property {boolean} readOnly
 * @property {string} format of results, where the statement names none
 * @property {Work} work
 */

/**
 * @typedef {{ readonly kind: 'statement', readonly sql: string, readonly dispose: () => Promise<void> }
 *   | { readonly kind: 'insert', readonly sql: string, readonly dispose: () => Promise<void> }} Work
 */

/**
 * Reads a request to its end. INSERT data are in a file by then, which `work.dispose` removes.
 *
 * @param {IncomingMessage} request
 * @param {URL} url
 * @param {import('./statement-rules.mjs').OutsideNames} outside
 * @returns {Promise<QueryRequest>}
 */
export async function readQueryRequest(request, url, outside) {
  const parameters = url.searchParams;
  return {
    parameters,
    queryId: parameters.get('query_id') ?? randomUUID(),
    database: parameters.get('database') ?? header(request, 'x-clickhouse-database'),
    readOnly: request.method === 'GET',
    format: parameters.get('default_format') ?? header(request, 'x-clickhouse-format') ?? 'TabSeparated',
    work: await readWork(request, parameters.get('query') ?? '', outside),
  };
}

/**
 * @param {IncomingMessage} request
 * @param {string} inUrl
 * @param {import('./statement-rules.mjs').OutsideNames} outside
 * @returns {Promise<Work>}
 */
async function readWork(request, inUrl, outside) {
  const insertInUrl = parseDataInsert(inUrl);
  if (insertInUrl !== undefined) return dataInsert(insertInUrl, request, outside);
  const inBody = await readStatement(request);
  const text = [inUrl, inBody].filter((part) => part.trim() !== '').join('\n');
  const insert = parseDataInsert(text);
  if (insert !== undefined) return dataInsert(insert, undefined, outside);
  return { kind: 'statement', sql: checkStatement(text, outside), dispose: async () => undefined };
}

/**
 * @param {import('./insert-statement.mjs').DataInsert} insert
 * @param {IncomingMessage | undefined} request
 * @param {import('./statement-rules.mjs').OutsideNames} outside
 * @returns {Promise<Work>}
 */
async function dataInsert(insert, request, outside) {
  checkStatement(`${insert.target} ${insert.settings} FORMAT ${insert.format}`, outside);
  const file = await writeInsertData(insert.data, request);
  return { kind: 'insert', sql: insertFromFile(insert, file.engineName), dispose: file.remove };
}

/**
 * @param {IncomingMessage} request
 * @param {string} name
 */
function header(request, name) {
  const value = request.headers[name];
  return typeof value === 'string' ? value : undefined;
}
