import type { Chunk } from './chunks.ts';
import { studies } from './studies.ts';
import { isInBand, type Figure, type Profile, type Study, type Totals } from './study.ts';
import { addTotals } from './tally.ts';

export interface JudgedFigure extends Figure {
  readonly isInBand: boolean;
}

export interface JudgedStudy {
  readonly study: Study;
  readonly cells: readonly {
    readonly name: string;
    readonly replications: number;
    readonly figures: readonly JudgedFigure[];
  }[];
}

/** Every figure of a run with whether it is where it has to be. */
export function judge(chunks: readonly Chunk[], results: readonly Totals[], profile: Profile): readonly JudgedStudy[] {
  return studies.map((study, studyIndex) => ({
    study,
    cells: study.cells.map((cell, cellIndex) => {
      const own = chunks.flatMap((chunk, index) =>
        chunk.study === studyIndex && chunk.cell === cellIndex ? [{ chunk, totals: results[index] ?? {} }] : [],
      );
      const figures = cell.judge(addTotals(own.map(({ totals }) => totals)));
      return {
        name: cell.name,
        replications: own.reduce((sum, { chunk }) => sum + chunk.replications, 0),
        figures: figures.map((figure) => ({ ...figure, isInBand: isInBand(figure, profile) })),
      };
    }),
  }));
}

/** One line per figure that isn't where it has to be. */
export function failuresOf(judged: readonly JudgedStudy[]): readonly string[] {
  return judged.flatMap(({ study, cells }) =>
    cells.flatMap(({ name, figures }) =>
      figures
        .filter((figure) => !figure.isInBand)
        .map(({ name: figure, value, band }) => {
          const limits = `${band?.low ?? '−∞'} … ${band?.high ?? '∞'}`;
          return `${study.title}, ${name}: ${figure} is ${value.toPrecision(4)}, not within ${limits}`;
        }),
    ),
  );
}
