import type { RecomputedBundle, ResultsBundle } from '@stitchd/stats-service';
import Table from 'cli-table3';
import { figureRows, type FigureRow } from './figure-rows.ts';

/** Differences that are listed; the rest is counted. */
const listed = 20;

/** What `stitchd recompute` says, for a terminal. */
export function recomputedText(bundle: ResultsBundle, recomputed: RecomputedBundle): string {
  const { results, differences, changed, otherEngine } = recomputed;
  const agrees = differences.length === 0;
  const parts = [
    `Experiment ${bundle.experimentKey}, iteration ${bundle.iteration}, computed at ${bundle.computedAt}.`,
    `Settings ${bundle.settings.hash === '' ? 'without a hash' : bundle.settings.hash}, engine ${bundle.engineVersion}.`,
    figuresTable(figureRows(bundle.results, results)),
    ...failedLines(bundle),
    `Decision: ${results.decision.headline}.`,
    ...(otherEngine === null
      ? []
      : [`Engine ${otherEngine.bundle} made the bundle and this is ${otherEngine.program}: their figures may differ.`]),
    ...changed,
    ...(agrees ? [] : [differenceLines(differences)]),
    verdict(agrees, changed.length > 0),
  ];
  return `${parts.join('\n')}\n`;
}

function verdict(agrees: boolean, isChanged: boolean): string {
  if (!agrees) return 'It differs: the stored results do not follow from the inputs.';
  return isChanged
    ? 'It differs: the figures follow from the inputs, but the bundle is not as it was made.'
    : 'It agrees: every stored figure follows from the inputs.';
}

function figuresTable(rows: readonly FigureRow[]): string {
  const table = new Table({
    head: ['metric', 'arm', 'figure', 'stored', 'recomputed', ''],
    style: { head: [], border: [] },
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left'],
  });
  for (const { metric, arm, figure, stored, recomputed, agrees } of rows)
    if (stored !== null || recomputed !== null)
      table.push([metric, arm, figure, shown(stored), shown(recomputed), agrees ? 'agrees' : 'DIFFERS']);
  return table.toString();
}

function failedLines({ results }: ResultsBundle): readonly string[] {
  return results.metrics.flatMap((metric) =>
    metric.kind === 'failed' ? [`${metric.key} could not be computed: ${metric.failure.message}`] : [],
  );
}

function differenceLines(differences: RecomputedBundle['differences']): string {
  const lines = differences
    .slice(0, listed)
    .map(({ path, stored, recomputed }) => `  ${path}: ${text(stored)} is stored, ${text(recomputed)} comes out`);
  const more = differences.length - lines.length;
  return [`${differences.length} differ:`, ...lines, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
}

/** With all its digits: that is what is compared. */
function shown(value: number | null): string {
  return value === null ? '–' : String(value);
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
