import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { median } from '../frame/median.mjs';
import { openShop } from '../items/product-processes.mjs';
import { startProduct } from '../propagation/product.mjs';
import { accept } from './accept.mjs';
import { endToEnd } from './end-to-end.mjs';
import { floor } from './floor.mjs';
import { packBatches } from './pack-batches.mjs';
import { openRawInserts } from './raw-inserts.mjs';

const batchItems = 100;
/** As many of them as one raw insert takes; twice as many took four minutes on two busy processors. */
const batches = 500;
const warmUpRounds = 3;

/** @param {{ quick: boolean }} options @returns {Promise<import('../frame/benchmark.d.ts').BenchmarkResult>} */
async function run({ quick }) {
  const rounds = quick ? 1 : 3;
  const product = await startProduct();
  try {
    const shop = await openShop(product.url, product.token);
    const { clickhouseUrl } = JSON.parse(await readFile(path.join(product.dataDirectory, 'store-addresses.json'), 'utf8'));
    const raw = await openRawInserts(clickhouseUrl);
    const load = { product, shop, clickhouseUrl };
    // Not counted: connections are open, code is compiled, and compiled again when it has run often.
    for (let round = 0; round < warmUpRounds; round++) await accept(load, packBatches(batches, batchItems));
    /** @type {{ accepted: Awaited<ReturnType<typeof accept>>, floor: Awaited<ReturnType<typeof floor>>, endToEnd: number, json: number, binary: number }[]} */
    const measured = [];
    for (let round = 0; round < rounds; round++) {
      const accepted = await accept(load, packBatches(batches, batchItems));
      // The floors store elsewhere or not at all, so that they may take the same items.
      const packed = packBatches(batches, batchItems);
      measured.push({
        accepted,
        floor: await floor(packed.map((batch) => batch.packed)),
        endToEnd: await endToEnd(load, packed),
        json: await raw.json(packed),
        binary: await raw.binary(packed),
      });
    }
    raw.close();
    return report(measured, batches * batchItems);
  } finally {
    await product.stop();
  }
}

/**
 * @param {readonly { accepted: { perCpuSecond: number, perSecond: number }, floor: { perCpuSecond: number, perSecond: number }, endToEnd: number, json: number, binary: number }[]} measured
 * @param {number} items
 */
function report(measured, items) {
  /** @param {(round: (typeof measured)[number]) => number} pick */
  const middle = (pick) => median(measured.map(pick));
  const perCore = middle(({ accepted }) => accepted.perCpuSecond);
  const ofJson = middle(({ endToEnd, json }) => endToEnd / json);
  const ofBinary = middle(({ endToEnd, binary }) => endToEnd / binary);
  const end = middle((round) => round.endToEnd);
  return {
    rows: [
      {
        measure: 'accept (HTTP, gunzip, parse, validate, synced), events a second of one core',
        ours: perCore,
        reference: middle(({ floor }) => floor.perCpuSecond),
        referenceName: 'gunzip, JSON.parse and fdatasync alone',
        ratio: middle(({ accepted, floor }) => accepted.perCpuSecond / floor.perCpuSecond),
        goal: '≥ 100,000 events/s',
        met: perCore >= 100_000,
        unit: 'events/s',
      },
      {
        measure: 'accept, events a second by the clock, the load on the same two processors',
        ours: middle(({ accepted }) => accepted.perSecond),
        reference: middle(({ floor }) => floor.perSecond),
        referenceName: 'the same',
        unit: 'events/s',
      },
      {
        measure: 'end to end: from the first one sent to the last one in ClickHouse',
        ours: end,
        reference: middle(({ json }) => json),
        referenceName: 'raw inserts, JSONEachRow',
        ratio: ofJson,
        goal: '≥ 0.3x',
        met: ofJson >= 0.3,
        unit: 'events/s',
      },
      {
        measure: 'end to end, against rows that are encoded already',
        ours: end,
        reference: middle(({ binary }) => binary),
        referenceName: 'raw inserts, RowBinary',
        ratio: ofBinary,
        goal: '≥ 0.5x',
        met: ofBinary >= 0.5,
        unit: 'events/s',
      },
    ],
    notes: [
      `${items.toLocaleString('en-GB')} events a round in bodies of ${batchItems}, packed with gzip; ${measured.length} rounds in which all take turns; medians, of ratios too. The product runs together, as \`npm start\` runs it. What a core does is events by the processor time of its process, all threads, that of the engines not counted; meanwhile ClickHouse is held, so that nothing but accepting is measured. By the clock, the load takes its share of the two processors.`,
      'Raw inserts put 50,000 prepared rows of the same columns at once into a table like ours, over the same socket into the same engine, one after the other: no HTTP from outside, no check, no spool.',
    ],
  };
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = { name: 'events', title: 'Events: accepted, and brought to ClickHouse', run };
