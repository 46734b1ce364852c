import { emptyCrossMoments } from '@stitchd/statistics';
import type { Cell, Figures, MeansFigures } from '../computation/figures.ts';
import type { MetricPlan } from '../computation/metric-plan.ts';
import type { AnalysisInputs, AnalysisSettings } from './analysis-inputs.ts';

export const dayMs = 86_400_000;
export const startMs = Date.UTC(2026, 4, 1);
const iso = (ms: number): string => new Date(ms).toISOString();

/** A week's window, in the way of shares. */
export function conversion(
  key: string,
  role: MetricPlan['role'] = 'primary',
  more: Partial<MetricPlan['definition']> = {},
): MetricPlan {
  const definition = { type: 'conversion', event: key, direction: 'increase', windowHours: 168, delayHours: 0, ...more };
  return { kind: 'planned', key, name: key, version: 1, role, definition: definition as MetricPlan['definition'] };
}

/** Of one period, `[successes, units]` by arm. */
export function shares(...arms: readonly (readonly [number, number])[]): MeansFigures {
  const cells = arms.map(([successes, n], arm): Cell => {
    const share = n === 0 ? 0 : successes / n;
    return n === 0
      ? { ...emptyCrossMoments(1), period: 1, arm, stratum: 'new' }
      : { n, means: [share], products: [[n * share * (1 - share)]], period: 1, arm, stratum: 'new' };
  });
  return {
    kind: 'means',
    columns: ['y'],
    isShare: true,
    matured: cells,
    all: cells,
    arms: arms.map(([conversions, units]) => ({
      units,
      maturedUnits: units,
      conversions,
      maturedConversions: conversions,
      sum: conversions,
      skewness: null,
      capped: null,
      steps: null,
      largestShare: null,
    })),
  };
}

/** `[mean, standard deviation, units]` by arm; with `before` also as it was before the exposure, correlated by 0.8. */
export function values(
  arms: readonly (readonly [mean: number, deviation: number, units: number])[],
  before?: readonly number[],
): MeansFigures {
  const cells = arms.map(([mean, deviation, n], arm): Cell => {
    const square = deviation * deviation * (n - 1);
    const found = before?.[arm];
    return found === undefined
      ? { n, means: [mean], products: [[square]], period: 1, arm, stratum: 'new' }
      : {
          n,
          means: [mean, found],
          products: [
            [square, 0.8 * square],
            [0.8 * square, square],
          ],
          period: 1,
          arm,
          stratum: 'history',
        };
  });
  return {
    kind: 'means',
    columns: before === undefined ? ['y'] : ['y', 'x'],
    isShare: false,
    matured: cells,
    all: cells,
    arms: arms.map(([mean, , units]) => ({
      units,
      maturedUnits: units,
      conversions: units,
      maturedConversions: units,
      sum: mean * units,
      skewness: 1,
      capped: null,
      steps: null,
      largestShare: null,
    })),
  };
}

/** Units of one arm in the first period that came from one platform. */
export function unitsOn(platform: string, arm: number, units: number): Figures['dimensionUnits'][number] {
  return { name: 'platform', value: platform, isOther: false, period: 1, arm, units, mixedUnits: 0 };
}

export interface Look {
  /** Days since the start. */
  readonly day?: number;
  readonly metrics?: readonly (readonly [MetricPlan, Figures['metrics'][number]])[];
  readonly units?: readonly number[];
  readonly settings?: Partial<AnalysisSettings>;
  readonly figures?: Partial<Figures>;
  readonly past?: Partial<AnalysisInputs['past']>;
  readonly plan?: Partial<AnalysisInputs['plan']>;
}

const variants = ['control', 'green', 'blue'] as const;

/** A look at an experiment of 20,000 planned units in 14 days, ten days in, as a computation would gather it. */
export function lookAt({
  day = 10,
  metrics = [],
  units = [5_000, 5_000],
  settings,
  figures,
  past,
  plan,
}: Look = {}): AnalysisInputs {
  const share = Math.round(100_000 / units.length);
  const arms = units.map((_, arm) => ({ variant: variants[arm] ?? `arm-${arm}`, expectedMilliPercent: share }));
  const until = iso(startMs + day * dayMs);
  return {
    engineVersion: 'test',
    plan: {
      experimentId: '0190a000-0000-7000-8000-000000000001',
      experimentKey: 'button',
      environmentId: '0190a000-0000-7000-8000-000000000002',
      source: { kind: 'iteration' },
      iterationId: '0190a000-0000-7000-8000-000000000003',
      iteration: 1,
      startedAt: iso(startMs),
      assignment: 'split',
      alpha: 0.05,
      unitKind: 'user',
      baselineVariant: 'control',
      arms,
      metrics: metrics.map(([metric]) => metric),
      periods: [{ number: 1, from: iso(startMs), isPause: false }],
      prePeriodDays: 14,
      dimensions: [],
      exclusions: [],
      ...plan,
    },
    settings: {
      kind: 'experiment',
      snapshotHash: 'abc',
      snapshot: null,
      isRunning: true,
      isStopping: false,
      isFinal: false,
      finalAt: null,
      design: 'sequential',
      adjustment: 'on',
      minimumEffect: 0.05,
      power: 0.8,
      plannedUnits: 20_000,
      plannedDays: null,
      endsAt: iso(startMs + 14 * dayMs),
      margins: {},
      periods: [
        {
          number: 1,
          from: iso(startMs),
          to: null,
          expectedMilliPercent: arms.map(({ expectedMilliPercent }) => expectedMilliPercent),
          enrolmentMilliPercent: 100_000,
          isPause: false,
        },
      ],
      changedAfterStart: [],
      exposuresOnChangedAt: [],
      ...settings,
    },
    bounds: { from: iso(startMs), to: until, dataUntil: until },
    computedAt: until,
    derivation: 'full',
    figures: {
      query: { sql: 'SELECT 1', parameters: {} },
      metrics: metrics.map(([, found]) => found),
      units: units.map((count, arm) => ({ arm, units: count, mixedUnits: 0 })),
      firstSeen: units.map((each, arm) => ({ period: 1, arm, reads: each, deliveries: 0 })),
      periodUnits: units.map((count, arm) => ({ arm, units: count, mixedUnits: 0, period: 1 })),
      dimensionUnits: [],
      dimensions: [],
      harm: [],
      bySinceExposure: [],
      unitValues: [],
      overlaps: null,
      days: Array.from({ length: Math.floor(day) }, (_, index) =>
        units.map((count, arm) => ({ day: iso(startMs + index * dayMs).slice(0, 10), arm, units: Math.floor(count / day) })),
      ).flat(),
      caps: {},
      exposures: [{ variant: 'control', exclusion: 0, items: 100, withoutUnit: 0, units: 50 }],
      events: { items: 100, sinceStart: 100, withoutUnit: 0, linked: 0, lateShare: 0, byEvent: {} },
      watermark: until,
      lastExposureAt: until,
      lastEventAt: until,
      rowsRead: 100,
      ...figures,
    },
    past: { states: {}, evidence: null, effects: [], goodMetrics: {}, ...past },
  };
}
