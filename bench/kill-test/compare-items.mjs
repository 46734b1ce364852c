import { setTimeout as wait } from 'node:timers/promises';
import { createEventStore, distinctEvents } from '@stitchd/db/clickhouse';

/** Ids are asked for by their last digit, so that no answer is larger than it may be. */
const digits = [...'0123456789abcdef'];

/**
 * What is in ClickHouse against what was acknowledged.
 * @param {import('../items/product-processes.mjs').ProductProcesses} product @param {ReadonlySet<string>} accepted
 */
export async function compareItems(product, accepted) {
  while ((await product.shop.counts(0, 1)).waiting > 0) await wait(100);
  const store = createEventStore({ url: product.clickhouseUrl, applicationName: 'kill-test' });
  const { environmentId } = product.shop;
  const seen = new Set();
  let strange = 0;
  let twice = 0;
  for (const digit of digits) {
    const where = [`endsWith(toString(item_id), '${digit}')`];
    const sql = `SELECT toString(item_id) AS id, {environmentId:UUID} AS environment FROM ${distinctEvents({ columns: [], where })}`;
    for (const { id } of await store.query({ environmentId, sql, limits: { resultRows: 1_000_000 } })) {
      if (seen.has(id)) twice++;
      if (!accepted.has(id)) strange++;
      seen.add(id);
    }
  }
  const [raw] = await store.query({
    environmentId,
    sql: 'SELECT count() AS items FROM event WHERE environment_id = {environmentId:UUID}',
  });
  await store.close();
  let missing = 0;
  for (const id of accepted) if (!seen.has(id)) missing++;
  const dayMs = 86_400_000;
  const { stored } = await product.shop.counts(Date.now() - dayMs, Date.now() + dayMs);
  return { stored: seen.size, counted: stored, missing, strange, twice, rows: Number(raw.items) };
}
