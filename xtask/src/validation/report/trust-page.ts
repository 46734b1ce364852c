import { firstSeed } from '../chunks.ts';
import type { JudgedFigure, JudgedStudy } from '../judged.ts';
import { plotNameOf } from './plots.ts';

const introduction = `# Why the numbers can be trusted

<!-- Written by \`npm run validate\`; changes made by hand are lost. -->

Every method of \`packages/statistics\` is tried on experiments whose truth is known because they are simulated: experiments without any effect, in which
every green badge is a false one, and experiments with an effect of known size, which has to be found. The figures below are those of the run named
here; anybody can repeat it to the digit with \`npm run validate\`, which fails when a figure leaves its band. A short form of it is part of the tests.

Results do not use all of these methods yet: [experiments](./experiments.md#what-the-numbers-mean) says which ones they do.`;

/** docs/guide/trust.md of a run. */
export function trustPage(judged: readonly JudgedStudy[], run: { readonly startedAt: Date; readonly seconds: number }): string {
  const figures = judged.flatMap(({ cells }) => cells.flatMap((cell) => cell.figures));
  const outside = figures.filter((figure) => !figure.isInBand).length;
  const experiments = judged.reduce((sum, { cells }) => sum + cells.reduce((part, cell) => part + cell.replications, 0), 0);
  const summary =
    `Run of ${run.startedAt.toISOString().slice(0, 10)}: ${experiments.toLocaleString('en')} simulated experiments in ${run.seconds} s, ` +
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
  return `## ${study.title}\n\n${study.explanation}\n\n${table}\n\n![${study.title}](./trust/${plotNameOf(study.key)})`;
}

function verdictText({ band, isInBand }: JudgedFigure): string {
  if (!isInBand) return '**outside**';
  return band === undefined ? 'for comparison' : 'within';
}

function bandText({ band, shownAs }: JudgedFigure): string {
  if (band === undefined) return '';
  const text = (value: number): string => shown(value, shownAs);
  if (band.low === undefined) return `≤ ${text(band.high ?? Number.NaN)}`;
  return band.high === undefined ? `≥ ${text(band.low)}` : `${text(band.low)} – ${text(band.high)}`;
}

function valueText({ value, shownAs }: JudgedFigure): string {
  return shown(value, shownAs);
}

function shown(value: number, as: JudgedFigure['shownAs']): string {
  if (as === 'percent') return `${(value * 100).toFixed(Math.abs(value) < 0.01 ? 3 : 2)} %`;
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
}
