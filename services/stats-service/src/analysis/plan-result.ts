import { currentMinimumEffect, normalQuantile, unitsAfterPlan } from '@stitchd/statistics';
import type { DaysLeftResult } from '../results/experiment-results.ts';
import type { AnalysisInputs } from './analysis-inputs.ts';
import { daysUntil } from './comparison-result.ts';
import type { JudgedArm } from './judged-arms.ts';
import type { Progress } from './plan-progress.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/** New units of all arms on each full day (UTC), in order; days without any are 0. */
export function fullDays({ figures, bounds }: AnalysisInputs): readonly number[] {
  const first = Math.ceil(Date.parse(bounds.from) / dayMs);
  const end = Math.floor(Date.parse(bounds.to) / dayMs);
  const byDay = new Map<number, number>();
  for (const { day, units } of figures.days) {
    const number = Math.floor(Date.parse(`${day}T00:00:00Z`) / dayMs);
    byDay.set(number, (byDay.get(number) ?? 0) + units);
  }
  return Array.from({ length: Math.max(0, end - first) }, (_, index) => byDay.get(first + index) ?? 0);
}

/** Until the plan is reached: its units, or its end date. null without a plan, and once it is over. */
export function daysToPlan(inputs: AnalysisInputs, progress: Progress, windowHours: number | null): DaysLeftResult | null {
  const { plannedUnits, endsAtMs } = progress;
  if (progress.design === 'always-valid' || !inputs.settings.isRunning || progress.isEndReached) return null;
  const untilEnd = endsAtMs === null ? null : Math.ceil((endsAtMs - Date.parse(inputs.bounds.dataUntil)) / dayMs);
  const atEnd: DaysLeftResult | null = untilEnd === null ? null : { kind: 'days', days: untilEnd, low: untilEnd, high: untilEnd };
  if (plannedUnits === null) return atEnd;
  const left = daysUntil(fullDays(inputs), Math.max(0, plannedUnits - exposedUnits(inputs)), windowHours);
  // Whatever comes first.
  if (atEnd === null || untilEnd === null) return left;
  return left.kind === 'days' && left.days < untilEnd ? left : atEnd;
}

/** After an undecided end: until the always-valid interval is as narrow as was planned. */
export function daysToSettle(inputs: AnalysisInputs, progress: Progress, windowHours: number | null): DaysLeftResult | null {
  const planned = progress.plannedUnits ?? exposedUnits(inputs);
  if (progress.design !== 'sequential' || !inputs.settings.isRunning) return null;
  return daysUntil(fullDays(inputs), Math.max(0, planned * unitsAfterPlan - exposedUnits(inputs)), windowHours);
}

function exposedUnits({ figures }: AnalysisInputs): number {
  return figures.units.reduce((sum, { units }) => sum + units, 0);
}

/** Relative: the smallest true effect that this look would call with the planned power, of the arm that knows most. */
export function currentEffect(inputs: AnalysisInputs, arms: readonly JudgedArm[]): number | null {
  const { alpha } = inputs.plan;
  const { power } = inputs.settings;
  const level = alpha / Math.max(1, arms.length);
  const found = arms.flatMap(({ pass, figured: { used } }) => {
    const { standardError, notComputable } = used.effect;
    const base = Math.abs(used.control?.value ?? 0);
    if (standardError === null || standardError === 0 || base === 0 || notComputable !== null || pass.look.kind !== 'judge')
      return [];
    const { rule } = pass.look;
    switch (rule.kind) {
      case 'planned':
        return [currentMinimumEffect({ standardError, share: rule.share, alpha: level, power }) / base];
      case 'fixed':
        return [((normalQuantile(1 - level / 2) + normalQuantile(power)) * standardError) / base];
      case 'unplanned':
        return [];
    }
  });
  return found.length === 0 ? null : Math.min(...found);
}

/** When the first units have matured and a week is over; null once that is past or it has ended, and without a window. */
export function firstResultsAt({ bounds, settings }: AnalysisInputs, windowHours: number | null): string | null {
  if (windowHours === null || !settings.isRunning) return null;
  const atMs = Date.parse(bounds.from) + Math.max(windowHours * hourMs, 7 * dayMs);
  return atMs > Date.parse(bounds.dataUntil) ? new Date(atMs).toISOString() : null;
}
