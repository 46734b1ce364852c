/** The results of one iteration, as far as this page shows them; the API document says what each number is. */
export interface ExperimentResults {
  readonly iteration: number;
  readonly from: string;
  readonly to: string;
  readonly dataUntil: string;
  readonly computedAt: string;
  readonly alpha: number;
  readonly unitKind: string;
  readonly baselineVariant: string;
  readonly arms: readonly ArmResult[];
  readonly sampleRatio: SampleRatio | null;
  readonly mixedUnits: number;
  readonly exposures: {
    readonly items: number;
    readonly withoutUnit: number;
    readonly otherVariants: readonly { readonly variant: string; readonly items: number }[];
  };
  readonly metrics: readonly MetricResult[];
  readonly sql: string;
  readonly parameters: Readonly<Record<string, string | number | readonly string[]>>;
}

export interface ArmResult {
  readonly variant: string;
  readonly units: number;
  readonly expectedShare: number;
  readonly expectedUnits: number | null;
}

export interface SampleRatio {
  readonly pValue: number;
  readonly eValue: number;
  readonly verdict: 'ok' | 'mismatch';
}

export type MetricResult = ComputedMetric | FailedMetric;

export interface FailedMetric {
  readonly kind: 'failed';
  readonly key: string;
  readonly failure: { readonly code: string; readonly message: string };
}

export interface ComputedMetric {
  readonly kind: 'computed';
  readonly key: string;
  readonly name: string;
  readonly type: 'conversion' | 'mean';
  readonly direction: 'increase' | 'decrease';
  readonly eventKey: string;
  readonly windowHours: number;
  readonly arms: readonly MetricArm[];
  readonly comparisons: readonly Comparison[];
}

export interface MetricArm {
  readonly variant: string;
  readonly n: number;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  readonly sum: number;
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

export interface Comparison {
  readonly variant: string;
  readonly method: string | null;
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly pValue: number | null;
  readonly interval: Interval | null;
  readonly notComputable: string | null;
  readonly lift: number | null;
  readonly liftInterval: Interval | null;
  readonly liftNotMeasurable: string | null;
  readonly warnings: readonly Warning[];
}

/** Of a kind that is not known here, only the kind is shown. */
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
  sum: isNumber,
});
const isComputed = shape({
  kind: oneOf('computed'),
  key: isText,
  name: isText,
  type: oneOf('conversion', 'mean'),
  direction: oneOf('increase', 'decrease'),
  eventKey: isText,
  windowHours: isNumber,
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
  }),
  metrics: listOf((value) => isComputed(value) || isFailed(value)),
  sql: isText,
  parameters: shape({}),
});

function isResults(value: unknown): value is ExperimentResults {
  return resultsShape(value);
}
