import { readFile } from 'node:fs/promises';
import { readBundle, recomputeBundle, type RecomputedBundle, type ResultsBundle } from '@stitchd/stats-service';
import { figureRows } from '../bundle/figure-rows.ts';
import { recomputedText } from '../bundle/recomputed-text.ts';
import { CommandError } from '../terminal/command-error.ts';

/** `stitchd recompute`: makes the results of a bundle again, without a server, and says whether they are the stored ones. */
export async function recompute(file: string, options: { readonly json: boolean }): Promise<void> {
  const read = readBundle(await textOf(file));
  if (read.kind === 'unreadable') throw new CommandError(`${file} can not be read: ${read.reason}`, 'USAGE');
  const { bundle } = read;
  const recomputed = analysed(file, bundle);
  process.stdout.write(options.json ? `${JSON.stringify(facts(bundle, recomputed))}\n` : recomputedText(bundle, recomputed));
  if (recomputed.differences.length > 0 || recomputed.changed.length > 0)
    throw new CommandError(`${file} does not agree with what was computed from it`);
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new CommandError(`${file} can not be read: there is no such file, or it may not be read.`, 'USAGE', { cause });
  }
}

function analysed(file: string, bundle: ResultsBundle): RecomputedBundle {
  try {
    return recomputeBundle(bundle);
  } catch (cause) {
    throw new CommandError(`${file} can not be read: its inputs are not those of a computation.`, 'USAGE', { cause });
  }
}

function facts(bundle: ResultsBundle, { results, differences, changed, otherEngine }: RecomputedBundle) {
  return {
    experimentKey: bundle.experimentKey,
    iteration: bundle.iteration,
    computedAt: bundle.computedAt,
    agrees: differences.length === 0 && changed.length === 0,
    differences,
    changed,
    otherEngine,
    figures: figureRows(bundle.results, results),
    results,
  };
}
