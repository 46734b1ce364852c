import { seededRandom } from '@stitchd/statistics';
import { studies } from './studies.ts';
import type { Profile, Totals } from './study.ts';

/** A part of a cell's experiments, with its own seed: what one worker does at a time. */
export interface Chunk {
  readonly study: number;
  readonly cell: number;
  readonly seed: number;
  readonly replications: number;
}

/** The first seed; every chunk's is the one before plus 1, so that a run can be repeated to the digit. */
export const firstSeed = 20_261_128;

/** Chunks per cell of a full run: enough to keep the workers busy to the end. */
const chunksPerCell = 8;

/** The whole run in parts. Their seeds depend on nothing but the list of studies. */
export function chunksOf(profile: Profile): readonly Chunk[] {
  const parts = profile === 'fast' ? 1 : chunksPerCell;
  let seed = firstSeed;
  return studies.flatMap(({ cells }, study) =>
    cells.flatMap(({ replications }, cell) =>
      Array.from({ length: parts }, () => {
        seed += 1;
        return { study, cell, seed, replications: Math.ceil(replications[profile] / parts) };
      }),
    ),
  );
}

export function runChunk({ study, cell, seed, replications }: Chunk): Totals {
  const work = studies[study]?.cells[cell];
  if (work === undefined) throw new Error(`there is no cell ${cell} of study ${study}`);
  return work.simulate(seededRandom(seed), replications);
}
