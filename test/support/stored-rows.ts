import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import type { Product } from './product.ts';

async function addressesOf({ dataDirectory }: Product) {
  const text = await readFile(path.join(dataDirectory, 'store-addresses.json'), 'utf8');
  return JSON.parse(text) as { readonly databaseUrl: string; readonly clickhouseUrl: string };
}

/** Where the product's PostgreSQL is. */
export async function databaseUrlOf(product: Product): Promise<string> {
  return (await addressesOf(product)).databaseUrl;
}

/** Asks the event store by itself, past the product: the answer as text. */
export async function askStore(product: Product, sql: string): Promise<string> {
  const { clickhouseUrl } = await addressesOf(product);
  const [, socketPath, database = 'default'] = /^unix:([^?]+)(?:\?database=(\w+))?$/.exec(clickhouseUrl) ?? [];
  const where = socketPath === undefined ? { port: new URL(clickhouseUrl).port, host: '127.0.0.1' } : { socketPath };
  const request = http.request({ ...where, method: 'POST', path: `/?database=${database}&query=${encodeURIComponent(sql)}` });
  const response = await new Promise<http.IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject).end();
  });
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += String(chunk);
  if (response.statusCode !== 200) throw new Error(text.slice(0, 500));
  return text;
}

/** Every row of every table of the event store, as a line of JSON, by table. */
export async function storedRows(product: Product): Promise<ReadonlyMap<string, readonly string[]>> {
  // A view that feeds a table shows that table's rows.
  const names = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View' ORDER BY name";
  const tables = (await askStore(product, names)).split('\n').filter((name) => name !== '');
  const rows = new Map<string, readonly string[]>();
  for (const table of tables) {
    const text = await askStore(product, `SELECT * FROM \`${table}\` FORMAT JSONEachRow`);
    rows.set(
      table,
      text.split('\n').filter((line) => line !== ''),
    );
  }
  return rows;
}
