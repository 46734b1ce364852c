import { metricWindow } from '@stitchd/core';
import { crossMomentsOf } from '@stitchd/statistics';
import { statsLimits } from '../limits.ts';
import type { Cell, DimensionFigures, HarmFigures } from './figures.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { RawEvent, RawExposure } from './raw-items.test-support.ts';

/** A unit as loops over its items find it. */
interface Unit {
  readonly first: number;
  readonly arm: number;
  readonly period: number;
  readonly platform: string;
  readonly events: readonly RawEvent[];
}

interface Found {
  readonly metric: string;
  readonly matured: readonly Cell[];
  readonly all: readonly Cell[];
  readonly harm: readonly Omit<HarmFigures, 'metric'>[];
  /** By platform. */
  readonly dimensions: readonly Omit<DimensionFigures, 'metric'>[];
  /** Σ((x − mean) / s)³ of each arm's matured units, by its definition; null under three of them or without variance. */
  readonly skewness: readonly (number | null)[];
}

const dayMs = 86_400_000;

/** What cells of counts and sums are to hold, by loops over all items, each of which comes once; until the bounds' `until`. */
export function referenceCells(
  plan: ComputationPlan,
  raw: { readonly exposures: readonly RawExposure[]; readonly events: readonly RawEvent[] },
  until: number,
): readonly Found[] {
  const units = unitsOf(plan, raw);
  return plannedMetrics(plan).map((metric) => {
    const { toMs } = metricWindow(metric.definition);
    const numbers = (unit: Unit): readonly number[] => [
      ...valuesOf(metric, unit, 0, toMs ?? Infinity, until),
      ...valuesOf(metric, unit, -plan.prePeriodDays * dayMs, 0, until),
    ];
    const after = (unit: Unit): readonly number[] => valuesOf(metric, unit, 0, toMs ?? Infinity, until);
    // Without a window nobody matures while it runs, and all are told by dimension.
    const told = toMs === undefined ? units : units.filter(({ first }) => first + toMs <= until);
    const matured = units.filter(({ first }) => toMs !== undefined && first + toMs <= until);
    return {
      metric: metric.key,
      all: cellsOf(plan, units, numbers),
      matured: cellsOf(plan, matured, numbers),
      harm: metric.role === 'secondary' ? [] : statsLimits.harmWindowsMs.flatMap((ms) => harmOf(plan, metric, units, ms, until)),
      dimensions: [...new Set(told.map(({ platform }) => platform))].map((value) => ({
        name: 'platform',
        value,
        isOther: false,
        cells: cellsOf(
          plan,
          told.filter(({ platform }) => platform === value),
          after,
          () => 'new',
        ).map(({ period, arm, n, means, products }) => ({ period, arm, n, means, products })),
      })),
      skewness: plan.arms.map((_, arm) =>
        skewness(matured.filter((unit) => unit.arm === arm).map((unit) => after(unit)[0] ?? 0)),
      ),
    };
  });
}

function unitsOf(plan: ComputationPlan, raw: Parameters<typeof referenceCells>[1]): readonly Unit[] {
  const exposures = new Map<string, RawExposure[]>();
  for (const exposure of raw.exposures) {
    const key = exposure.units['user'] ?? '';
    exposures.set(key, [...(exposures.get(key) ?? []), exposure]);
  }
  return [...exposures].flatMap(([key, mine]) => {
    const [exposure] = mine.toSorted((a, b) => a.at - b.at);
    if (exposure === undefined) return [];
    const period = plan.periods.findLast(({ from }) => Date.parse(from) <= exposure.at);
    if (period === undefined || period.isPause) return [];
    const arm = plan.arms.findIndex(({ variant }) => variant === exposure.variant);
    const events = raw.events.filter(({ units }) => units['user'] === key);
    return [{ first: exposure.at, arm, period: period.number, platform: exposure.attributes?.['platform'] ?? '', events }];
  });
}

/** The numbers of a metric in a time after the unit's exposure: one, or numerator and denominator. */
function valuesOf({ definition }: MetricPlan, unit: Unit, fromMs: number, toMs: number, until: number): readonly number[] {
  const number = (measure: { readonly type: string; readonly event?: string }): number => {
    const counted = unit.events.filter(
      ({ event, at }) => event === measure.event && at >= unit.first + fromMs && at < Math.min(unit.first + toMs, until),
    );
    if (measure.type === 'sum') return counted.reduce((sum, { value }) => sum + value, 0);
    return measure.type === 'conversion' ? Math.min(1, counted.length) : counted.length;
  };
  return definition.type === 'ratio' ? [number(definition.numerator), number(definition.denominator)] : [number(definition)];
}

function hasHistory(plan: ComputationPlan, { first, events }: Unit): boolean {
  return events.some(({ at }) => at < first && at >= first - plan.prePeriodDays * dayMs);
}

function cellsOf(
  plan: ComputationPlan,
  units: readonly Unit[],
  numbers: (unit: Unit) => readonly number[],
  stratumOf = (unit: Unit): Cell['stratum'] => (hasHistory(plan, unit) ? 'history' : 'new'),
): readonly Cell[] {
  return plan.periods.flatMap(({ number: period }) =>
    plan.arms.flatMap((_, arm) =>
      (['new', 'history'] as const).flatMap((stratum): Cell[] => {
        const mine = units.filter((unit) => unit.period === period && unit.arm === arm && stratumOf(unit) === stratum);
        return mine.length === 0 ? [] : [{ period, arm, stratum, ...crossMomentsOf(mine.map(numbers)) }];
      }),
    ),
  );
}

function harmOf(plan: ComputationPlan, metric: MetricPlan, units: readonly Unit[], windowMs: number, until: number) {
  const played = plan.periods.filter(({ isPause }) => !isPause);
  return played.flatMap(({ number: period }) =>
    plan.arms.map((_, arm) => {
      const rows = units
        .filter((unit) => unit.period === period && unit.arm === arm && unit.first + windowMs <= until)
        .map((unit) => valuesOf(metric, unit, 0, windowMs, until));
      const conversions = rows.filter((row) => row.at(-1) !== 0).length;
      return { windowMs, period, arm, n: rows.length, conversions, moments: rows.length === 0 ? null : crossMomentsOf(rows) };
    }),
  );
}

function skewness(values: readonly number[]): number | null {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const power = (exponent: number): number => values.reduce((sum, value) => sum + (value - mean) ** exponent, 0);
  const variance = power(2) / (n - 1);
  return n < 3 || variance === 0 ? null : (n / ((n - 1) * (n - 2))) * (power(3) / variance ** 1.5);
}
