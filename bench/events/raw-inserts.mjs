import { randomUUID } from 'node:crypto';
import http from 'node:http';
import { columnsOf, encodeItems, itemTimes } from '@stitchd/events';

const insertRows = 50_000;

/** @typedef {{ body: Uint8Array, items: number }} Batch */

/** Inserts prepared rows into tables like ours: what the engine takes when nothing stands before it. @param {string} url */
export async function openRawInserts(url) {
  const [, socketPath = '', database = 'default'] = /^unix:([^?]+)(?:\?database=(\w+))?$/.exec(url) ?? [];
  if (socketPath === '') throw new Error(`the embedded engine is not at ${url}`);
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  /** @param {string} query @param {Uint8Array} [body] @returns {Promise<string>} */
  const ask = (query, body) => {
    const token = body === undefined ? '' : `&insert_deduplication_token=${randomUUID()}`;
    const place = `/?database=${database}&query=${encodeURIComponent(query)}${token}`;
    return new Promise((resolve, reject) => {
      const request = http.request({ agent, socketPath, path: place, method: 'POST' }, (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk));
        response.on('end', () => (response.statusCode === 200 ? resolve(text) : reject(new Error(text.slice(0, 500)))));
      });
      request.on('error', reject);
      request.end(body);
    });
  };
  for (const format of ['JSONEachRow', 'RowBinary']) {
    await ask(`DROP TABLE IF EXISTS raw_${format}`);
    await ask(`CREATE TABLE raw_${format} AS event`);
  }
  /** @param {string} format @param {readonly string[]} columns @param {readonly { rows: number, bytes: Uint8Array }[]} parts */
  const insert = async (format, columns, parts) => {
    const rows = parts.reduce((sum, part) => sum + part.rows, 0);
    const before = Number(await ask(`SELECT count() FROM raw_${format}`));
    const beganMs = performance.now();
    for (const { bytes } of parts) await ask(`INSERT INTO raw_${format} (${columns.join(', ')}) FORMAT ${format}`, bytes);
    const seconds = (performance.now() - beganMs) / 1_000;
    const after = Number(await ask(`SELECT count() FROM raw_${format}`));
    if (after - before !== rows) throw new Error(`of ${rows} raw rows ${after - before} are there`);
    return rows / seconds;
  };
  return {
    /** @param {readonly Batch[]} batches @returns {Promise<number>} rows a second */
    json(batches) {
      const rows = itemsOf(batches).map(jsonRow);
      const parts = chunksOf(rows).map((chunk) => ({
        rows: chunk.length,
        bytes: Buffer.from(chunk.map((row) => JSON.stringify(row)).join('\n')),
      }));
      return insert('JSONEachRow', Object.keys(rows[0] ?? {}), parts);
    },
    /** @param {readonly Batch[]} batches @returns {Promise<number>} rows a second */
    binary(batches) {
      const nowMs = Date.now();
      const rules = { times: itemTimes(nowMs, nowMs, 0), eventRuleOf: () => eventRule };
      const sections = chunksOf(itemsOf(batches)).flatMap((chunk) => {
        const batch = { environmentId: randomUUID(), unpackedBytes: 0, rules, sdk: { name: 'load', version: '1' } };
        return [...encodeItems(chunk, batch).items.sections];
      });
      const [{ table, layout } = { table: '', layout: 0 }] = sections;
      return insert('RowBinary', columnsOf(table, layout) ?? [], sections);
    },
    close: () => agent.destroy(),
  };
}

const eventRule = /** @type {const} */ ({ valueType: 'double', archived: false, requiredContexts: [] });

/** @param {readonly Batch[]} batches @returns {any[]} */
const itemsOf = (batches) => batches.flatMap(({ body }) => JSON.parse(Buffer.from(body).toString('utf8')).items);

/** @template T @param {readonly T[]} all @returns {T[][]} */
function chunksOf(all) {
  const chunks = [];
  for (let at = 0; at < all.length; at += insertRows) chunks.push(all.slice(at, at + insertRows));
  return chunks;
}

/** @param {number} milliseconds */
const timeText = (milliseconds) => new Date(milliseconds).toISOString().replace('T', ' ').slice(0, -1);

/** The same columns as ours, as somebody would write them who inserts JSON. @param {any} item */
function jsonRow({ id, at, key, value, context, properties }) {
  return {
    environment_id: '019e0000-0000-7000-8000-00000000000e',
    accepted_at: timeText(at),
    skew_ms: 0,
    item_id: id,
    at: timeText(at),
    units: context,
    sdk: 'load',
    sdk_version: '1',
    event: key,
    value,
    properties: JSON.stringify(properties),
  };
}
