import type { z } from 'zod';
import type { experimentResults } from './experiment-results-schemas.ts';

type Results = z.infer<typeof experimentResults>;
type Computed = Extract<Results['metrics'][number], { readonly kind: 'computed' }>;
type Arm = Computed['arms'][number];
type Comparison = Computed['comparisons'][number];

/** One row of the table: a metric in an arm. */
interface Row {
  readonly results: Results;
  readonly metric: Results['metrics'][number];
  readonly arm: Arm | undefined;
  /** None for the baseline. */
  readonly comparison: Comparison | undefined;
}

type Cell = string | number | boolean | null | undefined;

const effectColumns = (
  prefix: string,
  of: (comparison: Comparison) => Comparison['raw'] | null,
): readonly (readonly [string, (row: Row) => Cell])[] => {
  const effect = ({ comparison }: Row) => (comparison === undefined ? undefined : of(comparison));
  return [
    [`${prefix}method`, (row) => effect(row)?.method],
    [`${prefix}difference`, (row) => effect(row)?.difference],
    [`${prefix}difference_low`, (row) => effect(row)?.interval?.low],
    [`${prefix}difference_high`, (row) => effect(row)?.interval?.high],
    [`${prefix}standard_error`, (row) => effect(row)?.standardError],
    [`${prefix}p_value`, (row) => effect(row)?.pValue],
    [`${prefix}lift`, (row) => effect(row)?.lift],
    [`${prefix}lift_low`, (row) => effect(row)?.liftInterval?.low],
    [`${prefix}lift_high`, (row) => effect(row)?.liftInterval?.high],
    [`${prefix}not_computable`, (row) => effect(row)?.notComputable],
  ];
};

const computed = ({ metric }: Row): Computed | undefined => (metric.kind === 'computed' ? metric : undefined);

const columns: readonly (readonly [string, (row: Row) => Cell])[] = [
  ['experiment', ({ results }) => results.experimentKey],
  ['iteration', ({ results }) => results.iteration],
  ['computed_at', ({ results }) => results.computedAt],
  ['data_until', ({ results }) => results.dataUntil],
  ['design', ({ results }) => results.design],
  ['alpha', ({ results }) => results.alpha],
  ['decision', ({ results }) => results.decision.code],
  ['decision_variant', ({ results }) => results.decision.variant],
  ['health', ({ results }) => troubleText(results)],
  ['metric', ({ metric }) => metric.key],
  ['metric_name', (row) => computed(row)?.name],
  ['role', ({ metric }) => metric.role],
  ['direction', (row) => computed(row)?.direction],
  ['estimate', (row) => computed(row)?.estimate],
  ['failure', ({ metric }) => (metric.kind === 'failed' ? metric.failure.message : metric.stale?.cause)],
  ['stale_since', (row) => computed(row)?.stale?.since],
  ['variant', ({ arm }) => arm?.variant],
  ['is_baseline', ({ arm, results }) => (arm === undefined ? null : arm.variant === results.baselineVariant)],
  ['arm_units', ({ arm, results }) => results.arms.find(({ variant }) => variant === arm?.variant)?.units],
  ['arm_expected_units', ({ arm, results }) => results.arms.find(({ variant }) => variant === arm?.variant)?.expectedUnits],
  ['arm_delivered_units', ({ arm, results }) => results.arms.find(({ variant }) => variant === arm?.variant)?.deliveredUnits],
  ['units', ({ arm }) => arm?.n],
  ['mean', ({ arm }) => arm?.mean],
  ['adjusted_mean', ({ arm }) => arm?.adjustedMean],
  ['standard_deviation', ({ arm }) => arm?.standardDeviation],
  ['sum', ({ arm }) => arm?.sum],
  ['maturing_units', ({ arm }) => arm?.maturing?.n],
  ['maturing_mean', ({ arm }) => arm?.maturing?.mean],
  ['capped_units', ({ arm }) => arm?.capped?.units],
  ['uses', ({ comparison }) => comparison?.uses],
  ...effectColumns('', ({ effect }) => effect),
  ...effectColumns('raw_', ({ raw }) => raw),
  ...effectColumns('adjusted_', ({ adjusted }) => adjusted),
  ['per_week', ({ comparison }) => comparison?.perWeek?.value],
  ['per_week_low', ({ comparison }) => comparison?.perWeek?.interval?.low],
  ['per_week_high', ({ comparison }) => comparison?.perWeek?.interval?.high],
  ['variance_ratio', ({ comparison }) => comparison?.adjustment.varianceRatio],
  ['share_of_plan', ({ comparison }) => comparison?.share],
  ['z', ({ comparison }) => comparison?.z],
  ['bar', ({ comparison }) => comparison?.bar],
  ['running_p_value', ({ comparison }) => comparison?.runningPValue],
  ['corrected_p_value', ({ comparison }) => comparison?.adjustedPValue],
  ['correction', ({ comparison }) => comparison?.correction],
  ['is_called', ({ comparison }) => comparison?.isCalled],
  ['best_guess', ({ comparison }) => comparison?.bestGuess?.value],
  ['best_guess_low', ({ comparison }) => comparison?.bestGuess?.interval.low],
  ['best_guess_high', ({ comparison }) => comparison?.bestGuess?.interval.high],
  ['chance_better', ({ comparison }) => comparison?.bestGuess?.chanceBetter],
  ['verdict', ({ comparison }) => comparison?.verdict?.direction],
  ['verdict_at', ({ comparison }) => comparison?.verdict?.at],
  ['margin', ({ comparison }) => comparison?.guardrail?.margin],
  ['guardrail', ({ comparison }) => comparison?.guardrail?.outcome],
  ['harm', ({ comparison }) => comparison?.harm.some(({ status }) => status === 'alarm')],
  ['warnings', ({ comparison }) => comparison?.warnings.map(({ kind }) => kind).join(' ')],
];

/** The whole result as CSV (RFC 4180): a row for each metric and arm, and one for a metric that could not be computed. */
export function resultsTable(results: Results): string {
  const rows = results.metrics.flatMap((metric): readonly Row[] => {
    if (metric.kind === 'failed') return [{ results, metric, arm: undefined, comparison: undefined }];
    return metric.arms.map((arm) => {
      const comparison = metric.comparisons.find(({ variant }) => variant === arm.variant);
      return { results, metric, arm, comparison };
    });
  });
  const head = columns.map(([name]) => name).join(',');
  return [head, ...rows.map((row) => columns.map(([, value]) => cellText(value(row))).join(','))].join('\r\n').concat('\r\n');
}

/** Every check that is not well: "sample-ratio broken; late-data warning"; "ok" where all are. */
function troubleText({ health }: Results): string {
  const found = health.filter(({ status }) => status === 'broken' || status === 'warning');
  return found.length === 0 ? 'ok' : found.map(({ check, status }) => `${check} ${status}`).join('; ');
}

/** A text that a spreadsheet would take for a formula gets an apostrophe in front. */
function cellText(value: Cell): string {
  if (value === null || value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
