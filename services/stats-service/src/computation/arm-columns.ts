import { metricWindow } from '@stitchd/core';
import type { MetricColumn } from '@stitchd/events';
import type { MetricPlan } from './metric-plan.ts';

/** A column of the statement that gives each arm's figures. */
export interface ArmColumn {
  readonly name: string;
  readonly expression: string;
  /** Whether it is only a step on the way to others. */
  readonly isHidden?: boolean;
}

/** What columns of metrics are capped at, by name, where a cap is a quantile of the data. */
export type Caps = Readonly<Record<string, number>>;

/**
 * A metric's figures of one arm, over rows of units with a column for each of the metric's own. Never sums of squares: they
 * lose every digit of the variance of large values.
 */
export function armColumns(
  metric: MetricPlan,
  columns: readonly MetricColumn[],
  index: number,
  caps: Caps,
): readonly ArmColumn[] {
  const name = `m${index}`;
  const [first, second] = columns;
  if (first === undefined) throw new Error(`the metric ${metric.key} has no column`);
  const matured = maturedColumn(metric, name);
  switch (first.role) {
    case 'share':
      return [...matured, { name: `${name}_successes`, expression: `countIf(${first.name} > 0${onlyMatured(metric)})` }];
    case 'level':
      return [...matured, ...stepColumns(metric, first.name, name)];
    case 'values':
      return [...matured, ...eventQuantile(metric, first.name, name)];
    case 'number':
      return metric.definition.type === 'quantile'
        ? [...matured, ...unitQuantile(metric, value(first, caps), name)]
        : [...matured, ...numberColumns(first, name, caps)];
    case 'numerator':
    case 'denominator':
      if (second === undefined) throw new Error(`the ratio ${metric.key} has one column`);
      return [...matured, ...ratioColumns(value(first, caps), value(second, caps), name)];
  }
}

function value({ name, cap }: MetricColumn, caps: Caps): string {
  return cap?.kind === 'quantile' && caps[name] !== undefined ? `least(${name}, {${name}_cap:Float64})` : name;
}

/** Units whose window has closed: nothing that is still to come changes what they have. */
function maturedColumn({ definition }: MetricPlan, name: string): readonly ArmColumn[] {
  const { toMs } = metricWindow(definition);
  return toMs === undefined ? [] : [{ name: `${name}_matured`, expression: `countIf(${isMatured(toMs)})` }];
}

const isMatured = (toMs: number): string =>
  `intDiv(first, 256) + ${Math.round(toMs)} <= toUnixTimestamp64Milli({dataUntil:DateTime64(3, 'UTC')})`;

/** Who could not return yet is no part of a retention. */
function onlyMatured({ definition }: MetricPlan): string {
  return definition.type === 'retention' ? ` AND ${isMatured(metricWindow(definition).toMs ?? 0)}` : '';
}

function stepColumns({ definition }: MetricPlan, column: string, name: string): readonly ArmColumn[] {
  const steps = definition.type === 'funnel' ? definition.steps.length : 0;
  const counts = Array.from({ length: steps }, (_, index) => `countIf(${column} >= ${index + 1})`);
  return [
    { name: `${name}_successes`, expression: `countIf(${column} >= ${steps})` },
    { name: `${name}_steps`, expression: `[${counts.join(', ')}]` },
  ];
}

function numberColumns(column: MetricColumn, name: string, caps: Caps): readonly ArmColumn[] {
  const number = value(column, caps);
  const capped =
    number === column.name
      ? []
      : [
          { name: `${name}_capped_units`, expression: `countIf(${column.name} > {${column.name}_cap:Float64})` },
          { name: `${name}_uncapped_sum`, expression: `sum(${column.name})` },
        ];
  return [
    { name: `${name}_mean`, expression: `avg(${number})` },
    { name: `${name}_variance`, expression: `varPopStable(${number})` },
    { name: `${name}_sum`, expression: `sum(${number})` },
    { name: `${name}_skewness`, expression: `skewSamp(${number})` },
    ...capped,
  ];
}

function ratioColumns(numerator: string, denominator: string, name: string): readonly ArmColumn[] {
  return [
    { name: `${name}_numerator_mean`, expression: `avg(${numerator})` },
    { name: `${name}_denominator_mean`, expression: `avg(${denominator})` },
    { name: `${name}_numerator_variance`, expression: `varPopStable(${numerator})` },
    { name: `${name}_denominator_variance`, expression: `varPopStable(${denominator})` },
    { name: `${name}_covariance`, expression: `covarPopStable(${numerator}, ${denominator})` },
  ];
}

/** Interpolated between neighbours (Hyndman and Fan's definition 7). */
function quantileOf(sorted: string, level: string): string {
  const place = `(length(${sorted}) - 1) * (${level})`;
  const below = `${sorted}[toUInt64(floor(${place})) + 1]`;
  const above = `${sorted}[least(length(${sorted}), toUInt64(floor(${place})) + 2)]`;
  return `${below} + (${place} - floor(${place})) * (${above} - ${below})`;
}

/** The quantile and those at the ends of the interval of its rank, ν ∓ z·(standard error of the rank). */
function quantileWithEnds(sorted: string, level: number, rankError: string, name: string): readonly ArmColumn[] {
  return [
    { name: `${name}_quantile`, expression: quantileOf(sorted, String(level)) },
    { name: `${name}_low`, expression: quantileOf(sorted, `greatest(0, ${level} - {criticalValue:Float64} * ${rankError})`) },
    { name: `${name}_high`, expression: quantileOf(sorted, `least(1, ${level} + {criticalValue:Float64} * ${rankError})`) },
  ];
}

const levelOf = ({ definition }: MetricPlan): number => (definition.type === 'quantile' ? definition.level : 0.5);

function unitQuantile(metric: MetricPlan, column: string, name: string): readonly ArmColumn[] {
  const level = levelOf(metric);
  const sorted = `${name}_sorted`;
  return [
    { name: sorted, expression: `arraySort(groupArray(${column}))`, isHidden: true },
    ...quantileWithEnds(sorted, level, `sqrt(${level * (1 - level)} / count())`, name),
  ];
}

/**
 * Events of one unit are alike, so that the error of the rank is that of the share of events up to the quantile, a ratio of two
 * numbers per unit (Deng, Knoblich & Lu 2018, section 4.2).
 */
function eventQuantile(metric: MetricPlan, column: string, name: string): readonly ArmColumn[] {
  const level = levelOf(metric);
  const [sorted, lists, below, sizes, error] = ['sorted', 'lists', 'below', 'sizes', 'error'].map((part) => `${name}_${part}`);
  const hidden = (of: string | undefined, expression: string): ArmColumn => ({ name: of ?? '', expression, isHidden: true });
  const share = `arraySum(${below}) / arraySum(${sizes})`;
  return [
    hidden(sorted, `arraySort(groupArrayArray(${column}))`),
    hidden(lists, `groupArray(${column})`),
    hidden(below, `arrayMap(list -> arrayCount(number -> number <= ${name}_quantile, list), ${lists})`),
    hidden(sizes, `arrayMap(list -> length(list), ${lists})`),
    hidden(
      error,
      `sqrt(arraySum((b, s) -> pow(b - ${share} * s, 2), ${below}, ${sizes}) / (count() - 1) / count()) / arrayAvg(${sizes})`,
    ),
    { name: `${name}_values`, expression: `length(${sorted})` },
    ...quantileWithEnds(sorted ?? '', level, error ?? '', name),
  ];
}
