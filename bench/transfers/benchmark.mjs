// A million rows in from a file, and out again: how long it takes, and what memory the two services use meanwhile.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { memoryMebibytes } from '../items/process-tree.mjs';
import { startProcesses } from '../items/product-processes.mjs';

const pieceBytes = 4 * 1_024 ** 2;
const watched = /** @type {const} */ (['event-service', 'gateway']);

/** @param {number} rows */
function csvFile(rows) {
  const fromMs = Date.now() - 30 * 86_400_000;
  const lines = ['at,key,value,user,properties.currency'];
  for (let row = 0; row < rows; row++)
    lines.push(`${fromMs + row * 1_000},purchase,${(row % 1_000) / 10},user-${(row * 48_271) % 100_000},EUR`);
  return Buffer.from(`${lines.join('\n')}\n`);
}

/** Looks at memory while something goes on. @param {import('../items/product-processes.mjs').ProductProcesses} product @param {() => Promise<void>} work */
async function watch(product, work) {
  const look = () => Promise.all(watched.map((name) => memoryMebibytes(product.pidOf(name))));
  const before = await look();
  const peak = [...before];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      for (const [index, mebibytes] of (await look()).entries()) peak[index] = Math.max(peak[index] ?? 0, mebibytes);
      await wait(100);
    }
  })();
  const began = performance.now();
  await work().finally(() => (isOver = true));
  const seconds = (performance.now() - began) / 1_000;
  await watching;
  return { seconds, before, peak };
}

/** @param {{ quick: boolean }} options */
async function run({ quick }) {
  const rows = quick ? 100_000 : 1_000_000;
  const product = await startProcesses();
  try {
    const token = (await readFile(path.join(product.directory, 'operator-token'), 'utf8')).trim();
    const environment = `${product.url}/v1/projects/shop/environments/development`;
    /** @param {string} url @param {RequestInit} [init] */
    const ask = async (url, init = {}) => {
      const response = await fetch(url, { ...init, headers: { authorization: `Bearer ${token}`, ...init.headers } });
      if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
      return response;
    };
    const file = csvFile(rows);
    const measured = [];
    /** @param {string} what @param {Awaited<ReturnType<typeof watch>>} seen */
    const tell = (what, { seconds, before, peak }) => {
      measured.push({ measure: `${what}: rows a second`, ours: rows / seconds, unit: '/s' });
      for (const [index, name] of watched.entries())
        measured.push({
          measure: `${what}: memory of ${name} at most`,
          ours: peak[index] ?? 0,
          reference: before[index] ?? 0,
          referenceName: 'before',
          unit: 'MiB',
        });
      console.log(`  ${what}: ${seconds.toFixed(1)} s`);
    };
    tell(
      'import of CSV',
      await watch(product, async () => {
        const body = JSON.stringify({ format: 'csv', sizeBytes: file.length });
        const begun = await ask(`${environment}/imports`, {
          method: 'POST',
          body,
          headers: { 'content-type': 'application/json' },
        });
        const { id } = await begun.json();
        const headers = { 'content-type': 'application/octet-stream' };
        for (let offset = 0; offset < file.length; offset += pieceBytes)
          await ask(`${environment}/imports/${id}/data?offset=${offset}`, {
            method: 'PUT',
            headers,
            body: file.subarray(offset, offset + pieceBytes),
          });
        for (;;) {
          const { state, progress } = await (await ask(`${environment}/event-jobs/${id}`)).json();
          if (state === 'succeeded' && progress.accepted === rows) return;
          if (state === 'failed' || state === 'succeeded') throw new Error(`import: ${JSON.stringify(progress)}`);
          await wait(100);
        }
      }),
    );
    while ((await product.shop.counts(0, 1)).waiting > 0) await wait(100);
    const period = `from=${new Date(Date.now() - 31 * 86_400_000).toISOString()}&to=${new Date().toISOString()}`;
    for (const format of ['csv', 'jsonl', 'parquet'])
      tell(
        `export as ${format}`,
        await watch(product, async () => {
          const response = await ask(`${environment}/export?what=events&format=${format}&${period}`);
          let [bytes, lines] = [0, 0];
          for await (const chunk of response.body ?? []) {
            bytes += chunk.length;
            if (format !== 'parquet') for (const byte of chunk) if (byte === 10) lines++;
          }
          if (bytes === 0 || (format !== 'parquet' && lines < rows)) throw new Error(`${format}: ${bytes} bytes, ${lines} lines`);
        }),
      );
    const notes = [
      `${rows.toLocaleString('en')} events, a file of ${(file.length / 1_024 ** 2).toFixed(0)} MiB, over REST. Memory is what a process holds for itself and its share of the rest (PSS), looked at ten times a second.`,
    ];
    return { rows: measured, notes };
  } finally {
    await product.stop();
  }
}

export const benchmark = { name: 'transfers', title: 'Import and export of a million rows', run };
