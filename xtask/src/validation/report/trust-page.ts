import { firstSeed } from '../chunks.ts';
import type { JudgedFigure, JudgedStudy } from '../judged.ts';
import { bandText, valueText } from './figure-text.ts';
import { plotNameOf } from './plots.ts';

const introduction = `# Why the numbers can be trusted

<!-- Written by \`npm run validate\`; changes made by hand are lost. -->

The methods of \`packages/statistics\` that intervals, p-values and alarms are made of are tried on experiments whose truth is known because they are simulated:
experiments without any effect, in which every green badge is a false one, and experiments with an effect of known size, which has to be found. What is not
simulated is tested with worked examples alone: the order of the gates, imbalance before the exposure, non-inferiority of guardrails, interactions of
experiments, the chance of still succeeding, and days left. The figures below are those of the run named
here; anybody can repeat it to the digit with \`npm run validate\`, which fails when a figure leaves its band. A short form of it is part of the tests.

The pictures show each figure as a dot with its own error, over the band that it has to be in; a square is outside of it. Rates of one picture share a scale
that begins at nought; other figures have their own, around their band.`;

/** docs/guide/trust.md of a run. */
export function trustPage(
  judged: readonly JudgedStudy[],
  run: { readonly startedAt: Date; readonly processorSeconds: number },
): string {
  const figures = judged.flatMap(({ cells }) => cells.flatMap((cell) => cell.figures));
  const outside = figures.filter((figure) => !figure.isInBand).length;
  const experiments = judged.reduce((sum, { cells }) => sum + cells.reduce((part, cell) => part + cell.replications, 0), 0);
  const summary =
    `Run of ${run.startedAt.toISOString().slice(0, 10)}: ${experiments.toLocaleString('en')} simulated experiments in ${run.processorSeconds} s of processor time, ` +
    `seeds from ${firstSeed + 1}; ${figures.length} figures, ${outside === 0 ? 'all within their bands' : `${outside} outside of their bands`}.`;
  return `${[introduction, summary, ...judged.map(section)].join('\n\n')}\n`;
}

function section({ study, cells }: JudgedStudy): string {
  const rows = cells.flatMap(({ name, replications, figures }) =>
    figures.map(
      (figure) =>
        `| ${name} | ${replications.toLocaleString('en')} | ${figure.name} | ${valueText(figure)} | ${bandText(figure)} | ${verdictText(figure)} |`,
    ),
  );
  const table = [
    '| Simulated | Experiments | Figure | Measured | Band | |',
    '| --- | ---: | --- | ---: | ---: | --- |',
    ...rows,
  ].join('\n');
  return `## ${study.title}\n\n${study.explanation}\n\n${table}\n\n![${study.title}: the figures of the table over their bands](./trust/${plotNameOf(study.key)})`;
}

function verdictText({ band, isInBand }: JudgedFigure): string {
  if (!isInBand) return '**outside**';
  return band === undefined ? 'for comparison' : 'within';
}
