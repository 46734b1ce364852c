import { metricWindow } from '@stitchd/core';
import type { MetricColumn } from '@stitchd/events';
import type { MeansColumns } from './figures.ts';
import type { MetricPlan } from './metric-plan.ts';
import type { MetricColumns } from './unit-columns.ts';

/** What columns of metrics are capped at, by name, where a cap is a quantile of the data. */
export type Caps = Readonly<Record<string, number>>;

/** The numbers of a metric that means are made of, as expressions of a unit's row. */
export interface UnitNumbers {
  readonly columns: MeansColumns;
  readonly expressions: readonly string[];
}

/** Caps are those of the metric itself, whatever time a column is of. */
function capOf(columns: readonly MetricColumn[], place: number, caps: Caps): string | undefined {
  const name = columns[place]?.name;
  return name !== undefined && caps[name] !== undefined ? `{${name}_cap:Float64}` : undefined;
}

/** Columns of one time as numbers: a share is 0 or 1, a funnel whether it was gone through. */
export function numbersOf(
  { definition }: MetricPlan,
  { after }: Pick<MetricColumns, 'after'>,
  columns: readonly MetricColumn[],
  caps: Caps,
): readonly string[] {
  return columns.map(({ name, role }, place) => {
    if (role === 'level') return `toFloat64(${name} >= ${definition.type === 'funnel' ? definition.steps.length : 0})`;
    const cap = capOf(after, place, caps);
    return cap === undefined ? `toFloat64(${name})` : `toFloat64(least(${name}, ${cap}))`;
  });
}

export function unitNumbers(metric: MetricPlan, columns: MetricColumns, caps: Caps): UnitNumbers {
  const after = numbersOf(metric, columns, columns.after, caps);
  const before = numbersOf(metric, columns, columns.before, caps);
  if (metric.definition.type === 'ratio')
    return {
      columns:
        before.length === 0 ? ['numerator', 'denominator'] : ['numerator', 'denominator', 'numeratorBefore', 'denominatorBefore'],
      expressions: [...after, ...before],
    };
  return { columns: before.length === 0 ? ['y'] : ['y', 'x'], expressions: [...after, ...before] };
}

/** Whether nothing that is still to come changes what a unit has of a metric: its window has closed, or the period has ended. */
export function isMatured({ definition }: MetricPlan, isEnded: boolean): string {
  const { toMs } = metricWindow(definition);
  return toMs === undefined ? (isEnded ? '1' : '0') : hadTime(toMs);
}

/** Whether a unit was exposed so long ago. */
export const hadTime = (ms: number): string =>
  `intDiv(first, 256) + ${Math.round(ms)} <= toUnixTimestamp64Milli({dataUntil:DateTime64(3, 'UTC')})`;

export function capParameters(caps: Caps): Readonly<Record<string, number>> {
  return Object.fromEntries(Object.entries(caps).map(([name, cap]) => [`${name}_cap`, cap]));
}
