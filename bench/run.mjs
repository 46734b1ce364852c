// Runs benchmarks and writes their results into bench/RESULTS.md: npm run bench [-- names…] [--quick]
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPeers } from './frame/install-peers.mjs';
import { describeMachine } from './frame/machine.mjs';
import { renderSection } from './frame/render-section.mjs';
import { writeSection } from './frame/results-file.mjs';

const folder = path.dirname(fileURLToPath(import.meta.url));
const available = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /^[\w-]+[\\/]benchmark\.mjs$/.test(file))
  .map((file) => path.dirname(file))
  .sort();

/** @param {string} name @param {boolean} quick */
async function runOne(name, quick) {
  /** @type {{ benchmark: import('./frame/benchmark.d.ts').Benchmark }} */
  const { benchmark } = await import(`./${name}/benchmark.mjs`);
  const machine = describeMachine();
  const startedMs = performance.now();
  console.log(`\n${benchmark.title}${quick ? ' (quick)' : ''}\n${machine}`);
  const result = await benchmark.run({ quick });
  const seconds = (performance.now() - startedMs) / 1000;
  const section = renderSection(benchmark, result, { machine, quick, seconds });
  console.log(`\n${section}`);
  // Quick figures are for looking: too few rounds to keep.
  if (!quick) writeSection(path.join(folder, 'RESULTS.md'), benchmark.name, section);
}

async function main() {
  const words = process.argv.slice(2);
  const names = words.filter((word) => !word.startsWith('--'));
  const strange = [
    ...words.filter((word) => word.startsWith('--') && word !== '--quick'),
    ...names.filter((name) => !available.includes(name)),
  ];
  if (strange.length > 0) {
    console.error(`No such benchmark or option: ${strange.join(', ')}. There are: ${available.join(', ')}, and --quick.`);
    return 2;
  }
  const status = installPeers(folder);
  if (status !== 0) return status;
  let failed = 0;
  for (const name of names.length === 0 ? available : names) {
    try {
      await runOne(name, words.includes('--quick'));
    } catch (error) {
      console.error(`${name} failed: ${error instanceof Error ? error.stack : String(error)}`);
      failed++;
    }
  }
  return failed === 0 ? 0 : 1;
}

// Some products keep timers or sockets open whatever one does; the results are written by now.
process.exit(await main());
