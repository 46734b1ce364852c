import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import type { MetricColumns } from './unit-columns.ts';
import { capParameters, hadTime, isMatured, numbersOf, unitNumbers, type Caps } from './unit-numbers.ts';
import { periodOf } from './unit-period.ts';
import type { UnitsQuery } from './units-query.ts';

/** What a statement over units gives of one cell. */
export interface CellsScope {
  readonly caps: Caps;
  /** Whether the period has come to its end, so that metrics without a window do not grow any more. */
  readonly isEnded: boolean;
}

type Column = readonly [name: string, expression: string];

/** One statement that gives every cell's sufficient statistics for all metrics, from whatever its `measured` reads. */
export function cellsQuery(plan: ComputationPlan, units: UnitsQuery, scope: CellsScope): Query {
  const columns = plannedMetrics(plan).flatMap((metric, index) => {
    const of = units.columns.metrics[index];
    if (of === undefined || metric.definition.type === 'quantile') return [];
    return metricCells(metric, of, `m${index}`, scope);
  });
  const all = columns.map(([name, expression]) => `,\n  ${expression} AS ${name}`).join('');
  return {
    sql: `WITH ${units.ctes.join(',\n')}
SELECT ${periodOf(plan)} AS period, bitAnd(first, 255) AS arm, history > 0 AS has_history, count() AS n, countIf(bitCount(seen) > 1) AS mixed${all}
FROM measured GROUP BY period, arm, has_history ORDER BY period, arm, has_history`,
    parameters: { ...units.parameters, ...capParameters(scope.caps) },
  };
}

function metricCells(metric: MetricPlan, of: MetricColumns, name: string, { caps, isEnded }: CellsScope): readonly Column[] {
  const { expressions } = unitNumbers(metric, of, caps);
  const matured = isMatured(metric, isEnded);
  const [value = '0'] = expressions;
  // Of a ratio, who has anything in the denominator.
  const counted = metric.definition.type === 'ratio' ? (expressions[1] ?? '0') : value;
  return [
    ...moments(`${name}_all`, expressions),
    ...moments(`${name}_matured`, expressions, matured),
    [`${name}_conversions`, `countIf(${counted} != 0)`],
    [`${name}_matured_conversions`, `countIf(${counted} != 0 AND ${matured})`],
    [`${name}_sum`, `sum(${value})`],
    ...shape(metric, of, name, { value, matured, caps, denominator: expressions[1] }),
    ...of.harm.flatMap(({ windowMs, columns }, place) => {
      const numbers = numbersOf(metric, of, columns, caps);
      const happened = metric.definition.type === 'ratio' ? (numbers[1] ?? '0') : (numbers[0] ?? '0');
      const harm = `${name}_harm_${place}`;
      return [
        ...moments(harm, numbers, hadTime(windowMs)),
        [`${harm}_conversions`, `countIf(${happened} != 0 AND ${hadTime(windowMs)})`] as const,
      ];
    }),
  ];
}

/** How many units, the means of their numbers, and every two numbers' covariance: never sums of squares, which lose every digit. */
export function moments(name: string, numbers: readonly string[], condition?: string): readonly Column[] {
  const [suffix, last] = condition === undefined ? ['', ''] : ['If', `, ${condition}`];
  const pairs = numbers.flatMap((left, i) =>
    numbers
      .slice(i)
      .map((right) =>
        left === right ? `varPopStable${suffix}(${left}${last})` : `covarPopStable${suffix}(${left}, ${right}${last})`,
      ),
  );
  return [
    [`${name}_n`, condition === undefined ? 'count()' : `countIf(${condition})`],
    [`${name}_means`, `[${numbers.map((number) => `avg${suffix}(${number}${last})`).join(', ')}]`],
    [`${name}_covariances`, `[${pairs.join(', ')}]`],
  ];
}

interface Shape {
  readonly value: string;
  readonly matured: string;
  readonly caps: Caps;
  readonly denominator: string | undefined;
}

function shape({ definition }: MetricPlan, { after }: MetricColumns, name: string, of: Shape): readonly Column[] {
  const [first] = after;
  if (first === undefined) return [];
  if (first.role === 'level') {
    const steps = definition.type === 'funnel' ? definition.steps : [];
    const counts = steps.map((_, index) => `countIf(${first.name} >= ${index + 1} AND ${of.matured})`);
    return [[`${name}_steps`, `[${counts.join(', ')}]`]];
  }
  if (definition.type === 'ratio')
    return [
      [`${name}_denominator_max`, `max(${of.denominator})`],
      [`${name}_denominator_sum`, `sum(${of.denominator})`],
    ];
  if (first.role === 'share') return [];
  const isCapped = of.caps[first.name] !== undefined;
  return [
    [`${name}_third`, `[skewPop(${of.value}), skewPopIf(${of.value}, ${of.matured})]`],
    ...(isCapped
      ? [
          [`${name}_capped_units`, `countIf(${first.name} > {${first.name}_cap:Float64})`] as const,
          [`${name}_uncapped_sum`, `sum(${first.name})`] as const,
        ]
      : []),
  ];
}
