import type { AnalysisInputs, LookState, VerdictUnits } from './analysis-inputs.ts';

const hourMs = 3_600_000;

/**
 * The units that a verdict of this look rests on, as far as whole days (UTC) of first exposures tell them: those of the days that
 * were over when the last of the units that had matured was exposed.
 * @param windowHours - of the metric; null: units never mature
 */
export function verdictUnits(inputs: AnalysisInputs, windowHours: number | null): VerdictUnits {
  const lastMs = Date.parse(inputs.bounds.dataUntil) - (windowHours ?? 0) * hourMs;
  const beforeDay = new Date(lastMs).toISOString().slice(0, 10);
  return { beforeDay, units: unitsBefore(inputs, beforeDay) };
}

/**
 * How many of the units that a verdict rests on were added (late exposures) or taken away (erased, excluded) since, as a share of
 * them; at least, since both in one arm make up for each other. null without a verdict, and where it rests on no whole day.
 */
export function changedShare(inputs: AnalysisInputs, { verdict }: LookState): number | null {
  const then = verdict?.units ?? null;
  const total = then?.units.reduce((sum, units) => sum + units, 0) ?? 0;
  if (then === null || total === 0) return null;
  const changed = unitsBefore(inputs, then.beforeDay).reduce(
    (sum, units, arm) => sum + Math.abs(units - (then.units[arm] ?? 0)),
    0,
  );
  return changed / total;
}

function unitsBefore({ plan, figures }: AnalysisInputs, beforeDay: string): readonly number[] {
  return plan.arms.map((_, place) =>
    figures.days.filter(({ day, arm }) => arm === place && day < beforeDay).reduce((sum, { units }) => sum + units, 0),
  );
}
