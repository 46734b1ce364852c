import type { Schemas } from '@stitchd/rest-client';

export type ExperimentResults = Schemas['OneLookResults'];
export type ArmResult = Schemas['OneLookArmResult'];
export type MetricResult = ExperimentResults['metrics'][number];
export type ComputedMetric = Schemas['OneLookComputedMetric'];
export type FailedMetric = Schemas['OneLookFailedMetric'];
export type MetricArm = Schemas['OneLookMetricArm'];
export type Comparison = Schemas['OneLookMetricComparison'];
export type Interval = Schemas['OneLookInterval'];

/** Any of the API's warnings. Of a kind that is not known here, only the kind is shown. */
export interface Warning {
  readonly kind: string;
  readonly armKeys?: readonly string[];
  readonly atLeast?: number;
  readonly comparisons?: number;
}

/**
 * Results that were stored by another version may have another shape: what can't be read is said, and takes nothing else of
 * the page with it.
 */
export function readResults(value: unknown): ExperimentResults | undefined {
  return isResults(value) ? value : undefined;
}

type Fields = Readonly<Record<string, unknown>>;
type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isText: Check = (value) => typeof value === 'string';
const nullOr =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(value as string);
const shape =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    Object.entries(fields).every(([name, check]) => check((value as Fields)[name]));

const isInterval = shape({ low: isNumber, high: isNumber });
const isComparison = shape({
  variant: isText,
  method: nullOr(isText),
  difference: nullOr(isNumber),
  standardError: nullOr(isNumber),
  pValue: nullOr(isNumber),
  interval: nullOr(isInterval),
  notComputable: nullOr(isText),
  lift: nullOr(isNumber),
  liftInterval: nullOr(isInterval),
  liftNotMeasurable: nullOr(isText),
  warnings: listOf(shape({ kind: isText })),
});
const isMetricArm = shape({
  variant: isText,
  n: isNumber,
  mean: nullOr(isNumber),
  standardDeviation: nullOr(isNumber),
  sum: nullOr(isNumber),
  steps: nullOr(listOf(isNumber)),
  parts: nullOr(shape({ numerator: isNumber, denominator: isNumber })),
  capped: nullOr(shape({ cap: isNumber, units: isNumber, taken: isNumber })),
});
const isComputed = shape({
  kind: oneOf('computed'),
  key: isText,
  name: isText,
  type: isText,
  estimate: oneOf('mean', 'share', 'ratio', 'quantile'),
  direction: oneOf('increase', 'decrease'),
  arms: listOf(isMetricArm),
  comparisons: listOf(isComparison),
});
const isFailed = shape({ kind: oneOf('failed'), key: isText, failure: shape({ code: isText, message: isText }) });

const resultsShape = shape({
  iteration: isNumber,
  from: isText,
  to: isText,
  dataUntil: isText,
  computedAt: isText,
  method: oneOf('fixed-horizon'),
  alpha: isNumber,
  unitKind: isText,
  baselineVariant: isText,
  arms: listOf(shape({ variant: isText, units: isNumber, expectedShare: isNumber, expectedUnits: nullOr(isNumber) })),
  sampleRatio: nullOr(shape({ pValue: isNumber, eValue: isNumber, verdict: oneOf('ok', 'mismatch') })),
  mixedUnits: isNumber,
  exposures: shape({
    items: isNumber,
    withoutUnit: isNumber,
    otherVariants: listOf(shape({ variant: isText, items: isNumber })),
    excluded: listOf(shape({ name: isText, items: isNumber, units: isNumber })),
    days: listOf(shape({ day: isText, variant: isText, units: isNumber })),
  }),
  events: nullOr(shape({ items: isNumber, withoutUnit: isNumber, linked: isNumber })),
  metrics: listOf((value) => isComputed(value) || isFailed(value)),
  sql: isText,
  parameters: shape({}),
});

function isResults(value: unknown): value is ExperimentResults {
  return resultsShape(value);
}
