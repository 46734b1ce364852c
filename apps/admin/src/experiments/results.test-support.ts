import type { Comparison, ComputedMetric, ExperimentResults } from './results.ts';

/** 200 of 1,000 against 250 of 1,000. */
export const comparison: Comparison = {
  variant: 'green',
  method: 'welch',
  difference: 0.05,
  standardError: 0.0186,
  degreesOfFreedom: 1_985,
  t: 2.69,
  pValue: 0.0073,
  interval: { low: 0.0135, high: 0.0865 },
  notComputable: null,
  lift: 0.25,
  liftInterval: { low: 0.0634, high: 0.4694 },
  liftNotMeasurable: null,
  warnings: [],
};

const nothingMore = { maturedUnits: null, steps: null, parts: null, capped: null };

export const metric: ComputedMetric = {
  kind: 'computed',
  key: 'purchase-rate',
  name: 'Purchase rate',
  type: 'conversion',
  direction: 'increase',
  version: 1,
  definition: { type: 'conversion', event: 'purchase', direction: 'increase', windowHours: 0, delayHours: 0 },
  estimate: 'share',
  arms: [
    { variant: 'blue', n: 1_000, mean: 0.2, standardDeviation: 0.4002, sum: 200, ...nothingMore },
    { variant: 'green', n: 1_000, mean: 0.25, standardDeviation: 0.4332, sum: 250, ...nothingMore },
  ],
  comparisons: [comparison],
};

export const results: ExperimentResults = {
  experimentId: '0190a000-0000-7000-8000-000000000001',
  experimentKey: 'colour',
  iterationId: '0190a000-0000-7000-8000-000000000003',
  assignment: 'split',
  iteration: 1,
  from: '2026-01-01T00:00:00Z',
  to: '2026-01-15T00:00:00Z',
  dataUntil: '2026-01-15T00:00:00Z',
  computedAt: '2026-01-15T00:00:05Z',
  method: 'fixed-horizon',
  alpha: 0.05,
  unitKind: 'user',
  baselineVariant: 'blue',
  arms: [
    { variant: 'blue', units: 1_000, mixedUnits: 0, expectedShare: 0.5, expectedUnits: 1_000 },
    { variant: 'green', units: 1_000, mixedUnits: 0, expectedShare: 0.5, expectedUnits: 1_000 },
  ],
  sampleRatio: { chiSquare: 0, degreesOfFreedom: 1, pValue: 1, eValue: 0.05, verdict: 'ok' },
  mixedUnits: 0,
  exposures: { items: 2_000, withoutUnit: 0, otherVariants: [], excluded: [], days: [] },
  events: { items: 450, withoutUnit: 0, linked: 0 },
  derivation: 'full',
  metrics: [metric],
  sql: 'SELECT 1',
  parameters: {},
};
