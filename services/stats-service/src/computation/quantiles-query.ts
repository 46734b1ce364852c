import type { QuantileArm, QuantileFigures } from './figures.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { capParameters, isMatured, numbersOf, type Caps } from './unit-numbers.ts';
import { isOfLatestWeights } from './unit-period.ts';
import type { UnitsQuery } from './units-query.ts';

interface Column {
  readonly name: string;
  readonly expression: string;
  /** Whether it is only a step on the way to others. */
  readonly isHidden?: boolean;
}

export interface QuantilesScope {
  readonly caps: Caps;
  readonly isEnded: boolean;
  /** By place among the planned metrics: at which the ends of the interval of the rank are read. */
  readonly criticalValues: Readonly<Record<number, number>>;
}

const sets = ['matured', 'all'] as const;

/**
 * Every arm's quantiles, over matured units and over all, of those that came since weights were changed last. Undefined where no
 * metric is a quantile.
 */
export function quantilesQuery(plan: ComputationPlan, units: UnitsQuery, scope: QuantilesScope): Query | undefined {
  const columns = plannedMetrics(plan).flatMap((metric, index) =>
    metric.definition.type === 'quantile' ? sets.flatMap((set) => metricColumns(metric, index, set, units, scope)) : [],
  );
  if (columns.length === 0) return undefined;
  const all = columns.map(({ name, expression }) => `,\n  ${expression} AS ${name}`).join('');
  const shown = columns.filter(({ isHidden }) => isHidden !== true).map(({ name }) => `, ${name}`);
  return {
    sql: `WITH ${units.ctes.join(',\n')}
SELECT arm${shown.join('')} FROM (
  SELECT bitAnd(first, 255) AS arm${all}
  FROM measured WHERE ${isOfLatestWeights(plan)} GROUP BY arm
) ORDER BY arm`,
    parameters: {
      ...units.parameters,
      ...capParameters(scope.caps),
      ...Object.fromEntries(Object.entries(scope.criticalValues).map(([index, value]) => [`q${index}_critical`, value])),
    },
  };
}

function metricColumns(
  metric: MetricPlan,
  index: number,
  set: (typeof sets)[number],
  { columns }: UnitsQuery,
  { caps, isEnded }: QuantilesScope,
): readonly Column[] {
  const of = columns.metrics[index];
  const [first] = of?.after ?? [];
  if (of === undefined || first === undefined || metric.definition.type !== 'quantile') return [];
  const { level } = metric.definition;
  const name = `q${index}_${set}`;
  const condition = set === 'all' ? undefined : isMatured(metric, isEnded);
  const counted = { name: `${name}_units`, expression: condition === undefined ? 'count()' : `countIf(${condition})` };
  if (first.role === 'values') return [counted, ...eventQuantile({ column: first.name, level, name, index, condition })];
  const [value = '0'] = numbersOf(metric, of, of.after, caps);
  return [counted, ...unitQuantile({ column: value, level, name, index, condition })];
}

interface Quantile {
  readonly column: string;
  readonly level: number;
  readonly name: string;
  readonly index: number;
  readonly condition: string | undefined;
}

/**
 * Interpolated between neighbours (Hyndman and Fan's definition 7). NaN where the level is no number, as the ends' are while there
 * are under two units: the engine refuses to make a place of it.
 */
function quantileOf(sorted: string, level: string): string {
  const place = `(length(${sorted}) - 1) * ifNotFinite(${level}, 0)`;
  const below = `${sorted}[toUInt64(floor(${place})) + 1]`;
  const above = `${sorted}[least(length(${sorted}), toUInt64(floor(${place})) + 2)]`;
  return `if(isFinite(${level}), ${below} + (${place} - floor(${place})) * (${above} - ${below}), nan)`;
}

/** The quantile and those at the ends of the interval of its rank, ν ∓ z·(standard error of the rank). */
function quantileWithEnds(sorted: string, rankError: string, { level, name, index }: Quantile): readonly Column[] {
  const away = `{q${index}_critical:Float64} * ${rankError}`;
  // Compiled or not, the engine's least and greatest differ in what they make of NaN.
  const known = (end: string): string => `if(isFinite(${rankError}), ${end}, nan)`;
  return [
    { name: `${name}_quantile`, expression: quantileOf(sorted, String(level)) },
    { name: `${name}_low`, expression: quantileOf(sorted, known(`greatest(0, ${level} - ${away})`)) },
    { name: `${name}_high`, expression: quantileOf(sorted, known(`least(1, ${level} + ${away})`)) },
  ];
}

const gathered = (aggregate: string, column: string, condition: string | undefined): string =>
  condition === undefined ? `${aggregate}(${column})` : `${aggregate}If(${column}, ${condition})`;

function unitQuantile(quantile: Quantile): readonly Column[] {
  const { column, level, name, condition } = quantile;
  const sorted = `${name}_sorted`;
  return [
    { name: sorted, expression: `arraySort(${gathered('groupArray', column, condition)})`, isHidden: true },
    { name: `${name}_values`, expression: `length(${sorted})` },
    ...quantileWithEnds(sorted, `sqrt(${level * (1 - level)} / length(${sorted}))`, quantile),
  ];
}

/**
 * Events of one unit are alike, so that the error of the rank is that of the share of events up to the quantile, a ratio of two
 * numbers per unit (Deng, Knoblich & Lu 2018, section 4.2).
 */
function eventQuantile(quantile: Quantile): readonly Column[] {
  const { column, name, condition } = quantile;
  const [sorted, lists, below, sizes, error] = ['sorted', 'lists', 'below', 'sizes', 'error'].map((part) => `${name}_${part}`);
  const hidden = (of: string | undefined, expression: string): Column => ({ name: of ?? '', expression, isHidden: true });
  const share = `arraySum(${below}) / arraySum(${sizes})`;
  return [
    hidden(sorted, `arraySort(${gathered('groupArrayArray', column, condition)})`),
    hidden(lists, gathered('groupArray', column, condition)),
    hidden(below, `arrayMap(list -> arrayCount(number -> number <= ${name}_quantile, list), ${lists})`),
    hidden(sizes, `arrayMap(list -> length(list), ${lists})`),
    hidden(
      error,
      `sqrt(arraySum((b, s) -> pow(b - ${share} * s, 2), ${below}, ${sizes}) / (length(${lists}) - 1) / length(${lists})) / arrayAvg(${sizes})`,
    ),
    { name: `${name}_values`, expression: `length(${sorted})` },
    ...quantileWithEnds(sorted ?? '', error ?? '', quantile),
  ];
}

export type QuantileRow = { readonly arm: number } & Readonly<Record<string, number | null>>;

/** A metric's quantiles of every arm of the plan. */
export function quantileFigures(
  plan: ComputationPlan,
  metric: MetricPlan,
  index: number,
  { rows, criticalValue }: { readonly rows: readonly QuantileRow[]; readonly criticalValue: number },
): QuantileFigures {
  const { definition } = metric;
  if (definition.type !== 'quantile') throw new Error(`${metric.key} is no quantile`);
  const inSet = (set: (typeof sets)[number]): readonly QuantileArm[] =>
    plan.arms.map((_, arm) => {
      const row = rows.find((one) => one.arm === arm);
      const figure = (name: string): number | null => row?.[`q${index}_${set}_${name}`] ?? null;
      const values = figure('values') ?? 0;
      const among = (name: string): number | null => (values === 0 ? null : figure(name));
      return {
        units: figure('units') ?? 0,
        values,
        estimate: among('quantile'),
        low: among('low'),
        high: among('high'),
        criticalValue,
      };
    });
  return { kind: 'quantile', level: definition.level, per: definition.per, matured: inSet('matured'), all: inSet('all') };
}
