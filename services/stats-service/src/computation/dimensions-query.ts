import { metricWindow } from '@stitchd/core';
import { statsLimits } from '../limits.ts';
import { momentsOfAll } from './array-row.ts';
import { cellLayout, type CellLayout } from './cell-layout.ts';
import { ageOf, arraysSql, type ArrayRow, type CellsScope } from './cells-query.ts';
import { dimensionNames } from './exposed-sql.ts';
import type { DimensionFigures, DimensionUnits } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { maturedFrom } from './read-cells.ts';
import { capParameters, type Caps } from './unit-numbers.ts';
import { periodOf, takesPart } from './unit-period.ts';
import type { UnitsQuery } from './units-query.ts';
/** The most frequent values of every dimension, those of most units first. */
export function frequentValuesQuery(plan: ComputationPlan, { ctes, parameters }: UnitsQuery): Query {
  return {
    sql: `WITH ${ctes.join(',\n')}
SELECT place, value FROM (
  SELECT place, labels[place] AS value, count() AS units
  FROM measured ARRAY JOIN arrayEnumerate(labels) AS place
  WHERE ${takesPart(plan)} GROUP BY place, value
) ORDER BY units DESC, value LIMIT ${statsLimits.dimensionValues} BY place`,
    parameters,
  };
}

export interface FrequentValue {
  /** Of the dimension, from 1. */
  readonly place: number;
  readonly value: string;
}

/** Units and their metrics by value of every dimension, period and arm. A dimension that no exposure speaks of is left out. */
export function dimensionsQuery(
  plan: ComputationPlan,
  units: UnitsQuery,
  frequent: readonly FrequentValue[],
  { caps }: CellsScope,
): Query | undefined {
  const valuesOf = (place: number): readonly string[] => frequent.filter((one) => one.place === place).map(({ value }) => value);
  const told = dimensionNames(plan).flatMap((_, index) => (valuesOf(index + 1).some((value) => value !== '') ? [index + 1] : []));
  if (told.length === 0) return undefined;
  const layout = dimensionLayout(plan, units, caps);
  const isFrequent = told.map((place) => `place = ${place}, has({values_${place}:Array(String)}, labels[place])`);
  const keys = {
    place: 'place',
    is_other: `multiIf(${isFrequent.join(', ')}, 0) = 0`,
    value: "if(is_other, '', labels[place])",
    period: periodOf(plan),
    arm: 'bitAnd(first, 255)',
    age: ageOf(layout),
  };
  const source = `FROM measured ARRAY JOIN [${told.join(', ')}] AS place WHERE ${takesPart(plan)}`;
  return {
    sql: `WITH ${units.ctes.join(',\n')}
${arraysSql(layout, keys, source)}`,
    parameters: {
      ...units.parameters,
      ...capParameters(caps),
      ...Object.fromEntries(told.map((place) => [`values_${place}`, valuesOf(place)])),
    },
  };
}

const dimensionLayout = (plan: ComputationPlan, { columns }: Pick<UnitsQuery, 'columns'>, caps: Caps): CellLayout =>
  cellLayout(plan, columns, caps, 'dimensions');

export interface DimensionRow extends ArrayRow {
  readonly place: number;
  readonly is_other: number;
  readonly value: string;
  readonly period: number;
  readonly arm: number;
  readonly age: number;
}

/** Rows that are alike in what is given of them, in the order in which they came. */
function grouped(
  rows: readonly DimensionRow[],
  of: (row: DimensionRow) => readonly unknown[],
): readonly (readonly DimensionRow[])[] {
  const groups = new Map<string, DimensionRow[]>();
  for (const row of rows) {
    const key = JSON.stringify(of(row));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}

const valueOf = ({ place, is_other: isOther, value }: DimensionRow): readonly unknown[] => [place, isOther, value];
const cellOf = ({ period, arm }: DimensionRow): readonly unknown[] => [period, arm];

const named = (plan: ComputationPlan, { place, is_other: isOther, value }: DimensionRow) => ({
  name: dimensionNames(plan)[place - 1] ?? '',
  value,
  isOther: isOther === 1,
});

export function dimensionUnits(plan: ComputationPlan, rows: readonly DimensionRow[]): readonly DimensionUnits[] {
  return grouped(rows, (row) => [...valueOf(row), ...cellOf(row)]).flatMap((ages) =>
    ages.slice(0, 1).map((one) => ({
      ...named(plan, one),
      period: one.period,
      arm: one.arm,
      units: ages.reduce((sum, { n }) => sum + n, 0),
      mixedUnits: ages.reduce((sum, { mixed }) => sum + mixed, 0),
    })),
  );
}

export function dimensionFigures(
  plan: ComputationPlan,
  units: Pick<UnitsQuery, 'columns'>,
  scope: CellsScope,
  rows: readonly DimensionRow[],
): readonly DimensionFigures[] {
  const layout = dimensionLayout(plan, units, scope.caps);
  return grouped(rows, valueOf).flatMap((ofValue) =>
    plannedMetrics(plan).flatMap((metric, index): DimensionFigures[] => {
      const places = layout.metrics[index];
      // Without a window nobody ever matures while it runs: all of them are shown, here as in the whole.
      const from = metricWindow(metric.definition).toMs === undefined ? 0 : maturedFrom(metric, layout, scope);
      const matured = ofValue.filter(({ age }) => age >= from);
      const [one] = matured;
      if (places === undefined || one === undefined) return [];
      const cells = grouped(matured, cellOf).flatMap((ages) => {
        const moments = momentsOfAll(layout, ages, places.numbers);
        return moments === undefined ? [] : ages.slice(0, 1).map(({ period, arm }) => ({ period, arm, ...moments }));
      });
      return [{ ...named(plan, one), metric: metric.key, cells }];
    }),
  );
}
