import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { bundleModules } from '../../scripts/pack/bundle-modules.mjs';
import { packPackages } from '../../scripts/pack/pack-packages.mjs';
import { publishedPackages } from '../../scripts/pack/published-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const maxInstalledKilobytes = 1_000;
/** What a page loads for flags alone. */
const webGoalKilobytes = 10;

/** @returns {Promise<import('../frame/benchmark.d.ts').BenchmarkResult>} */
async function measure() {
  const rows = [];
  for (const published of publishedPackages(root)) {
    for (const { subpath } of published.entries) {
      const { files } = await bundleModules(root, published, { minify: true, only: subpath });
      const ours = files.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0) / 1_000;
      const hasGoal = published.name === '@stitchd/web' && subpath === '.';
      rows.push({
        measure: `${published.name}${subpath.slice(1)}, minified and gzipped`,
        ours,
        unit: 'kB',
        ...(hasGoal && { goal: `≤ ${webGoalKilobytes} kB`, met: ours <= webGoalKilobytes }),
      });
    }
  }
  const output = mkdtempSync(path.join(os.tmpdir(), 'stitchd-bench-size-'));
  try {
    for (const { name, installedBytes } of await packPackages(root, output)) {
      const ours = installedBytes / 1_000;
      const goal = `≤ ${maxInstalledKilobytes.toLocaleString('en-GB')} kB`;
      rows.push({ measure: `${name}, installed`, ours, unit: 'kB', goal, met: ours <= maxInstalledKilobytes });
    }
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
  return { rows, notes: ['Without what is installed beside: React, the OpenFeature SDKs, and for the providers our own SDKs.'] };
}

/** @type {import('../frame/benchmark.d.ts').Benchmark} */
export const benchmark = {
  name: 'bundle-size',
  title: 'Size of what is published',
  run: measure,
};
