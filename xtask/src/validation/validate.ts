import { mkdir, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { repositoryRoot } from '../repository.ts';
import { chunksOf } from './chunks.ts';
import { failuresOf, judge } from './judged.ts';
import { plotsOf } from './report/plots.ts';
import { trustPage } from './report/trust-page.ts';
import { runInWorkers } from './run-in-workers.ts';

/** Threads at most: the run is not to take a large machine from everybody. */
const mostThreads = 8;

/** `npm run validate`: a full run writes the trust page; with --fast nothing is written. */
export async function validate(args: readonly string[]): Promise<number> {
  const profile = args.includes('--fast') ? 'fast' : 'full';
  const chunks = chunksOf(profile);
  const startedAt = new Date();
  const results = await runInWorkers(chunks, Math.min(mostThreads, availableParallelism()), (done) =>
    showProgress(done, chunks.length),
  );
  const judged = judge(chunks, results, profile);
  const seconds = Math.round((Date.now() - startedAt.getTime()) / 1000);
  // Of all threads: a busy machine makes a run last longer, not cost more.
  const { user, system } = process.cpuUsage();
  if (profile === 'full') {
    const folder = path.join(repositoryRoot, 'docs/guide');
    await mkdir(path.join(folder, 'trust'), { recursive: true });
    for (const [name, text] of plotsOf(judged)) await writeFile(path.join(folder, 'trust', name), text);
    await writeFile(
      path.join(folder, 'trust.md'),
      trustPage(judged, { startedAt, processorSeconds: Math.round((user + system) / 1e6) }),
    );
  }
  const failures = failuresOf(judged);
  for (const failure of failures) console.error(failure);
  const figures = judged.flatMap(({ cells }) => cells.flatMap((cell) => cell.figures));
  console.log(`${figures.length} figures in ${seconds} s, ${failures.length} outside of their band`);
  return failures.length === 0 ? 0 : 1;
}

const barWidth = 40;

function showProgress(done: number, all: number): void {
  if (!process.stderr.isTTY) return;
  const filled = Math.round((done / all) * barWidth);
  const bar = '█'.repeat(filled).padEnd(barWidth, '·');
  process.stderr.write(`\r${bar} ${done} of ${all}${done === all ? '\n' : ''}`);
}
