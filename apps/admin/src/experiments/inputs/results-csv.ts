import type { ComputedMetric, ExperimentResults, MetricArm } from '../results.ts';

type Cell = string | number | null | undefined;

const header = [
  'metric',
  'role',
  'variant',
  'baseline_n',
  'baseline_value',
  'n',
  'value',
  'lift_low',
  'lift_high',
  'lift',
  'difference_low',
  'difference_high',
  'difference',
  'best_guess',
  'best_guess_is_lift',
  'p_value',
  'corrected_p_value',
  'figures',
  'data_until',
];

/** The scorecard as a table: a line for each metric and arm; a metric that failed has its name and nothing else. */
export function resultsCsv(results: ExperimentResults): string {
  const lines = results.metrics.flatMap((metric) =>
    metric.kind === 'failed' ? [[metric.key, metric.role]] : linesOf(metric, results),
  );
  return [header, ...lines].map((cells) => cells.map(cellText).join(',')).join('\r\n');
}

function linesOf(metric: ComputedMetric, { baselineVariant, dataUntil }: ExperimentResults): readonly (readonly Cell[])[] {
  const arm = (variant: string): MetricArm | undefined => metric.arms.find((one) => one.variant === variant);
  const baseline = arm(baselineVariant);
  return metric.comparisons.map(({ variant, effect, bestGuess, adjustedPValue, uses }) => [
    metric.key,
    metric.role,
    variant,
    baseline?.n,
    baseline?.mean,
    arm(variant)?.n,
    arm(variant)?.mean,
    effect.liftInterval?.low,
    effect.liftInterval?.high,
    effect.lift,
    effect.interval?.low,
    effect.interval?.high,
    effect.difference,
    bestGuess?.value,
    bestGuess === null ? null : String(bestGuess.isLift),
    effect.pValue,
    adjustedPValue,
    uses,
    dataUntil,
  ]);
}

/** A text that a spreadsheet would take for a formula is kept a text. */
function cellText(cell: Cell): string {
  if (cell === null || cell === undefined) return '';
  if (typeof cell === 'number') return String(cell);
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
