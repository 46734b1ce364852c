// What our provider for OpenFeature adds to the SDK of OpenFeature, beside a provider that does nothing.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { median } from '../frame/median.mjs';

const file = fileURLToPath(new URL('./provider-process.mjs', import.meta.url));

/** @param {'trivial' | 'stitchd'} name @param {number} calls @returns {{ nanoseconds: number, bytes: number }} */
function measure(name, calls) {
  const words = ['--expose-gc', '--max-semi-space-size=256', file, name, String(calls)];
  return JSON.parse(execFileSync(process.execPath, words, { encoding: 'utf8' }));
}

/** @param {{ quick: boolean }} options */
async function run({ quick }) {
  const calls = quick ? 20_000 : 200_000;
  /** @type {Record<'trivial' | 'stitchd', { nanoseconds: number, bytes: number }[]>} */
  const results = { trivial: [], stitchd: [] };
  for (let round = 0; round < (quick ? 3 : 9); round++)
    for (const name of /** @type {const} */ (['trivial', 'stitchd'])) results[name].push(measure(name, calls));
  /** @param {'nanoseconds' | 'bytes'} figure */
  const both = (figure) => {
    const [reference, ours] = [results.trivial, results.stitchd].map((list) => median(list.map((each) => each[figure])));
    return { ours, reference, referenceName: 'a provider that does nothing', ratio: reference / ours };
  };
  const [time, memory] = [both('nanoseconds'), both('bytes')];
  return {
    rows: [
      { measure: 'a boolean evaluation through OpenFeature', ...time, unit: 'ns' },
      { measure: 'what it allocates', ...memory, unit: 'bytes' },
    ],
    notes: [
      `A static flag, a context of three attributes, processes of their own that take turns, medians. Ours adds ${Math.round(time.ours - time.reference)} ns and ${Math.round(memory.ours - memory.reference)} bytes to a call; the rest is the SDK of OpenFeature.`,
    ],
  };
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = { name: 'openfeature-provider', title: 'The OpenFeature provider over one that does nothing', run };
