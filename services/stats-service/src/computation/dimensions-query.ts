import { metricWindow } from '@stitchd/core';
import { statsLimits } from '../limits.ts';
import { moments } from './cells-query.ts';
import { dimensionNames } from './exposed-sql.ts';
import type { DimensionFigures, DimensionUnits } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { momentsIn } from './read-cells.ts';
import { capParameters, isMatured, numbersOf } from './unit-numbers.ts';
import { periodOf, takesPart } from './unit-period.ts';
import type { CellsScope } from './cells-query.ts';
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
  { caps, isEnded }: CellsScope,
): Query | undefined {
  const valuesOf = (place: number): readonly string[] => frequent.filter((one) => one.place === place).map(({ value }) => value);
  const told = dimensionNames(plan).flatMap((_, index) => (valuesOf(index + 1).some((value) => value !== '') ? [index + 1] : []));
  if (told.length === 0) return undefined;
  const columns = plannedMetrics(plan).flatMap((metric, index) => {
    const of = units.columns.metrics[index];
    if (of === undefined || metric.definition.type === 'quantile') return [];
    // Without a window nobody ever matures while it runs: all of them are shown, here as in the whole.
    const { toMs } = metricWindow(metric.definition);
    return moments(
      `m${index}`,
      numbersOf(metric, of, of.after, caps),
      toMs === undefined ? undefined : isMatured(metric, isEnded),
    );
  });
  const isFrequent = told.map((place) => `place = ${place}, has({values_${place}:Array(String)}, labels[place])`);
  return {
    sql: `WITH ${units.ctes.join(',\n')}
SELECT place, multiIf(${isFrequent.join(', ')}, 0) = 0 AS is_other, if(is_other, '', labels[place]) AS value,
  ${periodOf(plan)} AS period, bitAnd(first, 255) AS arm, count() AS n, countIf(bitCount(seen) > 1) AS mixed${columns.map(([name, expression]) => `,\n  ${expression} AS ${name}`).join('')}
FROM measured ARRAY JOIN [${told.join(', ')}] AS place
WHERE ${takesPart(plan)}
GROUP BY place, is_other, value, period, arm ORDER BY place, is_other, value, period, arm`,
    parameters: {
      ...units.parameters,
      ...capParameters(caps),
      ...Object.fromEntries(told.map((place) => [`values_${place}`, valuesOf(place)])),
    },
  };
}

export type DimensionRow = {
  readonly place: number;
  readonly is_other: number;
  readonly value: string;
  readonly period: number;
  readonly arm: number;
  readonly n: number;
  readonly mixed: number;
} & Readonly<Record<string, number | readonly (number | null)[]>>;

export function dimensionUnits(plan: ComputationPlan, rows: readonly DimensionRow[]): readonly DimensionUnits[] {
  const names = dimensionNames(plan);
  return rows.map(({ place, is_other: isOther, value, period, arm, n, mixed }) => ({
    name: names[place - 1] ?? '',
    value,
    isOther: isOther === 1,
    period,
    arm,
    units: n,
    mixedUnits: mixed,
  }));
}

export function dimensionFigures(plan: ComputationPlan, rows: readonly DimensionRow[]): readonly DimensionFigures[] {
  const names = dimensionNames(plan);
  const found = new Map<string, { -readonly [K in keyof DimensionFigures]: DimensionFigures[K] }>();
  for (const row of rows)
    for (const [index, metric] of plannedMetrics(plan).entries()) {
      if (metric.definition.type === 'quantile') continue;
      const key = JSON.stringify([row.place, row.is_other, row.value, index]);
      const { place, value, period, arm } = row;
      const figures = found.get(key) ?? {
        name: names[place - 1] ?? '',
        value,
        isOther: row.is_other === 1,
        metric: metric.key,
        cells: [],
      };
      found.set(key, figures);
      const cell = momentsIn(row as never, `m${index}`);
      if (cell !== 'not-finite' && cell.n > 0) figures.cells = [...figures.cells, { period, arm, ...cell }];
    }
  return [...found.values()];
}
