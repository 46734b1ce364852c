import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { median } from '../frame/median.mjs';

const run = promisify(execFile);
const contestantProcess = fileURLToPath(new URL('../evaluation/contestant-process.mjs', import.meta.url));

const titles = /** @type {const} */ ({
  a: 'a: boolean without rules',
  b: 'b: split in halves',
  c: 'c: five rules of two conditions, the last holds',
  d: 'd: segment of 10,000 keys',
});

/** @param {string} name @param {boolean} quick */
async function measure(name, quick) {
  const { stdout } = await run(process.execPath, ['--expose-gc', contestantProcess, name, ...(quick ? ['--quick'] : [])]);
  const line = stdout.split('\n').find((one) => one.startsWith('{'));
  /** @type {{ workloads: Readonly<Record<string, { ns: number, bytes: number }>> }} */
  const report = JSON.parse(line ?? '{}');
  return report.workloads;
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'usage',
  title: 'What counting evaluations costs the SDK',
  async run({ quick }) {
    const rounds = quick ? 3 : 15;
    const counting = [];
    const uncounted = [];
    for (let round = 0; round < rounds; round++) {
      // By turns first and second, so that a machine that becomes slower favours neither.
      for (const isCounting of round % 2 === 0 ? [false, true] : [true, false])
        if (isCounting) counting.push(await measure('stitchd-sdk-counting', quick));
        else uncounted.push(await measure('stitchd-sdk-uncounted', quick));
      console.log(`  round ${round + 1} of ${rounds}`);
    }
    /** @param {typeof counting} reports @param {string} workload @param {'ns' | 'bytes'} what */
    const of = (reports, workload, what) => median(reports.map((report) => report[workload]?.[what] ?? Number.NaN));
    return {
      rows: Object.entries(titles).flatMap(([workload, title]) => {
        const withCounting = of(counting, workload, 'ns');
        const without = of(uncounted, workload, 'ns');
        // Of neighbours, which have the same machine: the difference of two medians holds what it did in between.
        const count = median(
          counting.map(
            (report, round) => (report[workload]?.ns ?? Number.NaN) - (uncounted[round]?.[workload]?.ns ?? Number.NaN),
          ),
        );
        const bytes = Math.max(0, of(counting, workload, 'bytes') - of(uncounted, workload, 'bytes'));
        return [
          { measure: `${title}: client`, ours: withCounting, reference: without, referenceName: 'without counting', unit: 'ns' },
          {
            measure: `${title}: one count`,
            ours: count,
            goal: '≤ 3 ns',
            met: count <= 3,
            unit: 'ns',
          },
          { measure: `${title}: allocated by one count`, ours: bytes, goal: 'none', met: bytes < 1, unit: 'bytes' },
        ];
      }),
      notes: [
        `The same client with and without \`usage: false\`, each in a process of its own, in turn; processor time, the median over ${rounds} rounds, and of one count the median of their differences.`,
      ],
    };
  },
};
