import type { CellLayout } from './cell-layout.ts';
import type { ComputationPlan } from './metric-plan.ts';
import type { Query } from './query.ts';
import { capParameters, hadTime, type Caps } from './unit-numbers.ts';
import { periodOf } from './unit-period.ts';
import type { UnitsQuery } from './units-query.ts';

/** What a statement over units gives of one cell. */
export interface CellsScope {
  readonly caps: Caps;
  /** Whether the period has come to its end, so that metrics without a window do not grow any more. */
  readonly isEnded: boolean;
}

/** What is told of the units of one cell, by the places of a layout; NaN and infinities come as null. */
export interface ArrayRow {
  readonly n: number;
  readonly means: readonly (number | null)[];
  /** Of the population: divisor n. */
  readonly variances: readonly (number | null)[];
  readonly covariances: readonly (number | null)[];
  readonly sums: readonly (number | null)[];
  /** Units whose number is not 0. */
  readonly happened: readonly number[];
  readonly counts: readonly number[];
  readonly largest: readonly (number | null)[];
  /** Σ(x − mean)³. */
  readonly thirds: readonly (number | null)[];
  /** Units that saw several arms. */
  readonly mixed: number;
}

export interface CellRow extends ArrayRow {
  readonly period: number;
  readonly arm: number;
  readonly has_history: number;
  /** How many of the layout's thresholds the units have had. */
  readonly age: number;
}

/** One statement that gives every cell's sufficient statistics for all metrics, from whatever its `measured` reads. */
export function cellsQuery(plan: ComputationPlan, units: UnitsQuery, layout: CellLayout, { caps }: CellsScope): Query {
  const keys = {
    period: periodOf(plan),
    arm: 'bitAnd(first, 255)',
    has_history: 'history > 0',
    age: ageOf(layout),
  };
  return {
    sql: `WITH ${units.ctes.join(',\n')}
${arraysSql(layout, keys, 'FROM measured')}`,
    parameters: { ...units.parameters, ...capParameters(caps) },
  };
}

/** How many of the layout's thresholds a unit has had, as an expression of its row. */
export const ageOf = ({ thresholds }: CellLayout): string =>
  thresholds.length === 0 ? 'toUInt8(0)' : thresholds.map((ms) => `(${hadTime(ms)})`).join(' + ');

const array = (items: readonly string[]): string => `CAST([${items.join(', ')}], 'Array(Float64)')`;

/** The arrays of an `ArrayRow` for every combination of the keys. */
export function arraysSql(layout: CellLayout, keys: Readonly<Record<string, string>>, source: string): string {
  const named = (columns: Readonly<Record<string, string>>): string =>
    Object.entries(columns)
      .map(([name, expression]) => `, ${expression} AS ${name}`)
      .join('');
  const number = (place: number): string => `n${place}`;
  const places = [...layout.numbers.keys()];
  const names = Object.keys(keys).join(', ');
  // Covariances and not sums of products, which lose every digit; the third moments in a second pass for the same reason.
  const aggregates: Readonly<Record<string, string>> = {
    n: 'count()',
    mixed: 'countIf(bitCount(seen) > 1)',
    means: 'avgForEach(numbers)',
    variances: 'varPopStableForEach(numbers)',
    covariances: `covarPopStableForEach(${array(layout.pairs.map(([left]) => number(left)))}, ${array(layout.pairs.map(([, right]) => number(right)))})`,
    sums: 'sumForEach(numbers)',
    happened: 'sumForEach(arrayMap(number -> toUInt64(number != 0), numbers))',
    counts: 'sumForEach(counted)',
    largest: `maxForEach(${array(layout.largest.map(number))})`,
    gathered: `groupArrayForEach(${array(layout.thirds.map(number))})`,
  };
  const cubed = '(number - mean) * (number - mean) * (number - mean)';
  const centres = array(layout.thirds.map((place) => `means[${place + 1}]`));
  return `SELECT * EXCEPT gathered, arrayMap((numbers, mean) -> arraySum(number -> ${cubed}, numbers), gathered, ${centres}) AS thirds
FROM (
  SELECT ${names}${named(aggregates)}
  FROM (
    SELECT *, ${array(places.map(number))} AS numbers
    FROM (
      SELECT seen${named(keys)}${named(Object.fromEntries(layout.numbers.map((expression, place) => [number(place), expression])))},
        CAST([${layout.counts.join(', ')}], 'Array(UInt64)') AS counted
      ${source}
    )
  )
  GROUP BY ${names}
) ORDER BY ${names}`;
}
