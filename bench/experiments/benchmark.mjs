// The hourly recomputation of many experiments over one stream: the first time from all items, then from an hour's.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createEventStore } from '../../packages/db/dist/clickhouse/index.js';
import { startClickHouse } from '../../packages/embedded/dist/index.js';
import { migrateEventStore } from '../../packages/events/dist/index.js';
import { areTheSame, deriveFigures } from '../../services/stats-service/dist/computation/derive-figures.js';
import { readRawMetrics } from '../../services/stats-service/dist/computation/read-figures.js';
import { fill, itemColumns, timed } from '../results/fill.mjs';
import { days, hourMs, startMs } from '../results/data.mjs';
import { endMs, eventRows, exposureRows, planOf } from './data.mjs';

const iso = (ms) => new Date(ms).toISOString();
const period = { from: iso(startMs), to: undefined };
const hours = days * 24;

/** @param {{ quick: boolean }} options */
async function run({ quick }) {
  const experiments = quick ? 5 : 50;
  const items = quick ? 1_000_000 : 10_000_000;
  const counts = { items, users: items / 10, experiments };
  const folder = mkdtempSync(path.join(os.tmpdir(), 'stitchd-bench-experiments-'));
  const clickhouse = await startClickHouse({ dataDirectory: folder, log: () => undefined });
  const store = createEventStore({ url: `${clickhouse.url}?database=bench`, applicationName: 'bench' });
  try {
    await migrateEventStore(store, { exclusively: (work) => work() });
    const tables = [
      ['exposure', `${itemColumns}, flag, variant, iteration_id, sdk`, exposureRows],
      ['event', `${itemColumns}, event, value`, eventRows],
    ];
    const until = (hour) => Math.floor((items * hour) / hours);
    const makeItems = async (from, to) => {
      for (const [table, columns, rowsOf] of tables) await fill(store, table, columns, rowsOf, { from, to, items: counts });
    };
    await timed('items made', () => makeItems(0, until(hours - 2)));
    await timed('merged', async () => {
      for (const [table] of tables) await store.command(`OPTIMIZE TABLE ${String(table)} FINAL`, { seconds: 1_800 });
    });
    const states = new Map();
    const round = async (untilMs) => {
      let rowsRead = 0;
      const told = [];
      for (let number = 0; number < experiments; number++) {
        const bounds = { from: iso(startMs), to: iso(untilMs), dataUntil: iso(untilMs) };
        const asking = { store, plan: planOf(number), bounds, signal: new AbortController().signal };
        const { figures, derivation, state } = await deriveFigures(asking, period, states.get(number));
        states.set(number, state);
        told.push(derivation);
        rowsRead += figures.rowsRead ?? 0;
        if (number === 0) round.last = { asking, figures };
      }
      return { rowsRead, told: new Set(told) };
    };
    const first = await timed('first computation of every experiment', () => round(endMs - 2 * hourMs));
    const later = [];
    for (const hour of [hours - 1, hours]) {
      await timed("an hour's items made", () => makeItems(until(hour - 1), until(hour)));
      later.push(await timed("an hour's computation of every experiment", () => round(startMs + hour * hourMs)));
    }
    if (later.some(({ result }) => !result.told.has('incremental') || result.told.size > 1))
      throw new Error('not from what is new');
    await checkLast(round.last);
    const last = later[1];
    const million = (count) => count / 1_000_000;
    const row = (measure, ours, unit, more = {}) => ({ measure, ours, unit, ...more });
    return {
      rows: [
        row(`first computation of ${experiments} experiments, each from all items`, first.seconds, 's'),
        row(`an hour's computation of ${experiments} experiments`, last.seconds, 's', {
          reference: first.seconds,
          referenceName: 'the first',
          ratio: first.seconds / last.seconds,
          goal: '≤ a tenth of the first',
          met: last.seconds <= first.seconds / 10,
        }),
        row('the same for each experiment', last.seconds / experiments, 's'),
        ...(first.result.rowsRead === 0
          ? []
          : [
              row('rows read by the first', million(first.result.rowsRead), 'M'),
              row("rows read by an hour's", million(last.result.rowsRead), 'M', {
                reference: million(first.result.rowsRead),
                referenceName: 'the first',
                ratio: first.result.rowsRead / last.result.rowsRead,
              }),
            ]),
      ],
      notes: [
        `${million(items)} M exposures of all experiments together and ${million(items)} M events over ${days} days; ${(until(hours) - until(hours - 1)).toLocaleString('en')} new ones of each in the hour. Four metrics (a conversion, a sum, a count, a ratio) with covariates of 14 days, harm windows, the SDK as dimension. The second of two hourly runs is told. After it, the first experiment's figures were seen to be those that all raw items give.`,
      ],
    };
  } finally {
    await store.close();
    await clickhouse.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkLast({ asking, figures }) {
  const { metrics, units, periodUnits, harm, caps } = figures;
  const raw = await timed('one experiment from raw items', () => readRawMetrics(asking, false, { caps, isEnded: false }));
  if (!areTheSame({ metrics, units, periodUnits, harm }, raw.result)) throw new Error('rows of units and raw items differ');
}

export const benchmark = { name: 'experiments', title: 'Hourly computation of many experiments', run };
