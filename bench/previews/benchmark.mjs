// What people wait for over many events: a metric's preview, and counts of what came. The statements are those of event-service.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createEventStore } from '../../packages/db/dist/clickhouse/index.js';
import { startClickHouse } from '../../packages/embedded/dist/index.js';
import { migrateEventStore } from '../../packages/events/dist/index.js';
import { eventServiceLimits } from '../../services/event-service/dist/limits.js';
import { previewSql } from '../../services/event-service/dist/metrics/preview-sql.js';
import { eventsSql } from '../../services/event-service/dist/routes/count-items.js';
import { median } from '../frame/median.mjs';
import { days, environmentId, eventRows, hourMs, startMs } from '../results/data.mjs';
import { fill, itemColumns, timed } from '../results/fill.mjs';

const shared = { direction: 'increase', windowHours: 168, delayHours: 0 };
/** @type {[name: string, definition: import('@stitchd/core').MetricDefinition][]} */
const metrics = [
  ['conversion', { type: 'conversion', event: 'purchase', ...shared }],
  ['sum', { type: 'sum', event: 'purchase', ...shared }],
  ['funnel of two steps', { type: 'funnel', steps: [{ event: 'visit' }, { event: 'purchase' }], withinHours: 24, ...shared }],
];

/** @param {{ quick: boolean }} options */
async function run({ quick }) {
  const items = quick ? 1_000_000 : 10_000_000;
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stitchd-bench-previews-'));
  const clickhouse = await startClickHouse({ dataDirectory: folder, log: () => undefined });
  const store = createEventStore({ url: `${clickhouse.url}?database=bench`, applicationName: 'bench' });
  try {
    await migrateEventStore(store, { exclusively: (work) => work() });
    const counts = { items, users: items / 10 };
    const columns = `${itemColumns}, event, value`;
    await timed('events made', () => fill(store, 'event', columns, eventRows, { from: 0, to: items, items: counts }));
    const endMs = startMs + days * 24 * hourMs;
    const { executionSeconds, memoryBytes } = eventServiceLimits.preview;
    const preview = (definition, fromMs) => {
      const { sql, parameters } = previewSql(definition, { fromMs, toMs: endMs, unitKind: 'user' });
      return store.query({ environmentId, sql, params: parameters, limits: { executionSeconds, memoryBytes } });
    };
    const count = (fromMs) =>
      store.query({
        environmentId,
        sql: eventsSql,
        params: { fromMs, toMs: endMs },
        limits: { executionSeconds: eventServiceLimits.countSeconds },
      });
    const measured = [];
    /** @param {string} measure @param {() => Promise<readonly unknown[]>} work @param {number} [goal] */
    const measure = async (measure, work, goal) => {
      const times = [];
      for (let round = 0; round < 3; round++) {
        const { seconds, result } = await timed(measure, work);
        if (result.length === 0) throw new Error(`${measure} found nothing`);
        times.push(seconds);
      }
      const ours = median(times);
      measured.push({
        measure,
        ours,
        unit: 's',
        ...(goal !== undefined && { goal: `≤ ${goal} s, its limit`, met: ours <= goal }),
      });
    };
    const all = `${items / 1_000_000} M events`;
    for (const [name, definition] of metrics)
      await measure(`preview of a ${name}, ${days} days with ${all}`, () => preview(definition, startMs), executionSeconds);
    await measure('preview of a sum, the last day of them', () => preview(metrics[1][1], endMs - 24 * hourMs));
    await measure(`events counted, each once: all ${all}`, () => count(startMs), eventServiceLimits.countSeconds);
    await measure('events counted, each once: the last day of them', () => count(endMs - 24 * hourMs));
    const [{ items: found }] = await store.query({
      environmentId,
      sql: `SELECT sum(items) AS items FROM (${eventsSql})`,
      params: { fromMs: startMs, toMs: endMs },
    });
    if (found !== items) throw new Error(`${items} events were made and ${found} counted`);
    return {
      rows: measured,
      notes: ['As event-service asks, with its limits of time and memory; parts as the inserts left them.'],
    };
  } finally {
    await store.close();
    await clickhouse.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

export const benchmark = { name: 'previews', title: 'Previews and counts over many events', run };
