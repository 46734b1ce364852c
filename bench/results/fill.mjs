// What benchmarks over items share: filling tables from numbers, and telling how long it took.

/**
 * Tells what is done and how long it took; with many items it takes minutes.
 * @template T
 * @param {string} name @param {() => Promise<T>} work
 * @returns {Promise<{ seconds: number, result: T }>}
 */
export async function timed(name, work) {
  const begin = performance.now();
  const result = await work();
  const seconds = (performance.now() - begin) / 1000;
  console.log(`  ${name}: ${seconds.toFixed(2)} s`);
  return { seconds, result };
}

/** Fills a table from numbers, a part at a time. */
export async function fill(store, table, columns, rowsOf, { from, to, items }) {
  const step = 1_000_000;
  for (let begin = from; begin < to; begin += step) {
    const numbers = `numbers(${begin}, ${Math.min(step, to - begin)})`;
    const sql = `INSERT INTO ${table} (${columns}) ${rowsOf(numbers, items)} SETTINGS optimize_on_insert = 0, max_insert_threads = 1`;
    await store.command(sql, { seconds: 1_800 });
  }
}

export const itemColumns = 'environment_id, item_id, at, skew_ms, accepted_at, stored_at, units';
