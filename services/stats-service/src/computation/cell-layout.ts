import { metricWindow } from '@stitchd/core';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { MetricColumns, UnitColumns } from './unit-columns.ts';
import { numbersOf, unitNumbers, type Caps } from './unit-numbers.ts';

/** Where the parts of one metric lie in the arrays of a cell. */
export interface MetricPlaces {
  readonly numbers: readonly number[];
  /** The number that is not 0 where the unit did it. Of a ratio: the denominator. */
  readonly counted: number;
  readonly harm: readonly { readonly windowMs: number; readonly numbers: readonly number[]; readonly counted: number }[];
  /** Of a funnel, among the counts: units that did at least so many steps. */
  readonly steps: readonly number[];
  /** Of a metric with a cap by quantile: units above it among the counts, and the number without it. */
  readonly capped: { readonly units: number; readonly uncapped: number } | undefined;
  /** Of a ratio, among the largest: the denominator. */
  readonly largest: number | undefined;
  /** Among the third moments. */
  readonly third: number | undefined;
}

/**
 * What the cells of a plan hold, in arrays: aggregates of whole arrays are planned once, where one for each number took the engine
 * longer to plan than to compute.
 */
export interface CellLayout {
  /** Expressions of a unit's row. */
  readonly numbers: readonly string[];
  /** Of which two numbers the covariance is told. */
  readonly pairs: readonly (readonly [number, number])[];
  /** Conditions, of which it is told how many units fulfil them. */
  readonly counts: readonly string[];
  /** Places of numbers whose largest is told. */
  readonly largest: readonly number[];
  /** Places of numbers whose third moment is told. */
  readonly thirds: readonly number[];
  /** By planned metric; undefined in the place of a quantile. */
  readonly metrics: readonly (MetricPlaces | undefined)[];
  /** Times after the exposure, in order: cells are told apart by how many of them a unit has had. */
  readonly thresholds: readonly number[];
}

type Growing = { -readonly [K in 'numbers' | 'pairs' | 'counts' | 'largest' | 'thirds']: CellLayout[K][number][] };

export function cellLayout(
  plan: ComputationPlan,
  columns: UnitColumns,
  caps: Caps,
  of: 'cells' | 'dimensions' = 'cells',
): CellLayout {
  const into: Growing = { numbers: [], pairs: [], counts: [], largest: [], thirds: [] };
  const metrics = plannedMetrics(plan).map((metric, index) => {
    const own = columns.metrics[index];
    if (own === undefined || metric.definition.type === 'quantile') return undefined;
    return of === 'cells' ? metricPlaces(into, metric, own, caps) : meansPlaces(into, metric, own, caps);
  });
  const windows = plannedMetrics(plan).flatMap(({ definition }) => metricWindow(definition).toMs ?? []);
  const harm = of === 'cells' ? columns.metrics.flatMap((own) => own.harm.map(({ windowMs }) => windowMs)) : [];
  return { ...into, metrics, thresholds: [...new Set([...windows, ...harm])].toSorted((a, b) => a - b) };
}

/** How many of the thresholds a unit has had whose time after its exposure is at least this; Infinity where that is never so. */
export function hadThreshold({ thresholds }: CellLayout, ms: number | undefined): number {
  return ms === undefined ? Infinity : thresholds.indexOf(ms) + 1;
}

/** A layout of these numbers alone, with every covariance among them. */
export function layoutOfNumbers(numbers: readonly string[]): CellLayout {
  const into: Growing = { numbers: [], pairs: [], counts: [], largest: [], thirds: [] };
  placed(into, numbers);
  return { ...into, metrics: [], thresholds: [] };
}

/** Numbers that are told with every covariance among them. */
function placed(into: Growing, expressions: readonly string[]): readonly number[] {
  const places = expressions.map((expression) => into.numbers.push(expression) - 1);
  for (const [index, left] of places.entries()) for (const right of places.slice(index + 1)) into.pairs.push([left, right]);
  return places;
}

const plain = { steps: [], capped: undefined, largest: undefined, third: undefined };

/** Only what the metric is after the exposure. */
function meansPlaces(into: Growing, metric: MetricPlan, own: MetricColumns, caps: Caps): MetricPlaces {
  const numbers = placed(into, numbersOf(metric, own, own.after, caps));
  return { ...plain, numbers, counted: numbers[0] ?? 0, harm: [] };
}

function metricPlaces(into: Growing, metric: MetricPlan, own: MetricColumns, caps: Caps): MetricPlaces {
  const { definition } = metric;
  const isRatio = definition.type === 'ratio';
  const counted = (numbers: readonly number[]): number => numbers[isRatio ? 1 : 0] ?? 0;
  const numbers = placed(into, unitNumbers(metric, own, caps).expressions);
  const harm = own.harm.map(({ windowMs, columns }) => {
    const short = placed(into, numbersOf(metric, own, columns, caps));
    return { windowMs, numbers: short, counted: counted(short) };
  });
  const usual = { ...plain, numbers, counted: counted(numbers), harm };
  const [first] = own.after;
  const [place = 0] = numbers;
  if (isRatio) return { ...usual, largest: into.largest.push(counted(numbers)) - 1 };
  if (first === undefined || first.role === 'share') return usual;
  if (first.role === 'level') {
    const steps = definition.type === 'funnel' ? definition.steps : [];
    return { ...usual, steps: steps.map((_, step) => into.counts.push(`${first.name} >= ${step + 1}`) - 1) };
  }
  const third = into.thirds.push(place) - 1;
  if (caps[first.name] === undefined) return { ...usual, third };
  const units = into.counts.push(`${first.name} > {${first.name}_cap:Float64}`) - 1;
  return { ...usual, third, capped: { units, uncapped: into.numbers.push(`toFloat64(${first.name})`) - 1 } };
}
