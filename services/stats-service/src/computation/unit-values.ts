import { statsLimits } from '../limits.ts';
import { ask, type Asking } from './asking.ts';
import { readUnitsQuery } from './derived-units.ts';
import type { Cell, MetricFigures, UnitValues } from './figures.ts';
import { needsShuffling } from './needs-shuffling.ts';
import { plannedMetrics } from './plan-parameters.ts';
import { capParameters, isMatured, numbersOf, type Caps } from './unit-numbers.ts';
import { periodOf, takesPart } from './unit-period.ts';

/** Nothing but what each matured unit has of such a metric, without its name; of few enough units only. */
export async function readUnitValues(
  asking: Asking,
  hash: string,
  metrics: readonly MetricFigures[],
  { caps, isEnded }: { readonly caps: Caps; readonly isEnded: boolean },
): Promise<readonly UnitValues[]> {
  const { plan, bounds } = asking;
  const units = readUnitsQuery(plan, bounds, hash);
  const asked = plannedMetrics(plan).flatMap((metric, index) => {
    const [figures, columns] = [metrics[index], units.columns.metrics[index]];
    if (figures?.kind !== 'means' || columns === undefined || !needsShuffling(figures)) return [];
    const matured = figures.arms.map(({ maturedUnits }) => maturedUnits);
    const total = matured.reduce((sum, count) => sum + count, 0);
    if (total > statsLimits.shuffledUnits || matured.filter((count) => count >= 2).length < 2) return [];
    const numbers = numbersOf(metric, columns, columns.after, caps).join(', ');
    return [{ metric, figures, condition: isMatured(metric, isEnded), numbers, name: `v${index}` }];
  });
  if (asked.length === 0) return [];
  const names = asked.map(({ name }) => name);
  const selected = asked.map(
    ({ name, numbers, condition }) => `if(${condition}, [${numbers}], CAST([], 'Array(Float64)')) AS ${name}`,
  );
  const rows = await ask<ValueRow>(asking, {
    sql: `WITH ${units.ctes.join(',\n')}
SELECT ${periodOf(plan)} AS period, bitAnd(first, 255) AS arm, ${selected.join(', ')}
FROM measured WHERE ${takesPart(plan)} AND (${asked.map(({ condition }) => condition).join(' OR ')})
ORDER BY period, arm, ${names.join(', ')}`,
    parameters: { ...units.parameters, ...capParameters(caps) },
  });
  return asked.flatMap(({ metric, figures, name }) => {
    const values = valuesOf(rows, plan.arms.length, name);
    // Rows that were made anew in between are another look's.
    return fits(values, figures.matured) ? [{ metric: metric.key, periods: values }] : [];
  });
}

type ValueRow = { readonly period: number; readonly arm: number } & Readonly<Record<string, unknown>>;

function valuesOf(rows: readonly ValueRow[], arms: number, name: string): UnitValues['periods'] {
  const own = rows.map(({ period, arm, ...row }) => ({ period, arm, values: row[name] as readonly number[] }));
  const matured = own.filter(({ values }) => values.length > 0);
  return [...new Set(matured.map(({ period }) => period))].map((period) => ({
    period,
    // By the values themselves, so that the same units give the same order wherever they lie.
    arms: Array.from({ length: arms }, (_, place) =>
      matured.filter((row) => row.period === period && row.arm === place).map(({ values }) => values),
    ).map((units) => units.toSorted(byValues)),
  }));
}

function byValues(left: readonly number[], right: readonly number[]): number {
  const place = left.findIndex((value, index) => value !== right[index]);
  return place < 0 ? 0 : (left[place] ?? 0) - (right[place] ?? 0);
}

function fits(periods: UnitValues['periods'], cells: readonly Cell[]): boolean {
  const read = periods.reduce((sum, { arms }) => sum + arms.reduce((units, arm) => units + arm.length, 0), 0);
  return read === cells.reduce((sum, { n }) => sum + n, 0);
}
