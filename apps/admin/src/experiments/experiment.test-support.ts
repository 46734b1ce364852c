import type { Schemas } from '@stitchd/rest-client';

export const experiment: Schemas['Experiment'] = {
  id: '0190a000-0000-7000-8000-000000000001',
  key: 'colour',
  name: 'Colour',
  hypothesis: '',
  state: 'running',
  flagKey: 'button',
  ruleId: '',
  assignment: 'split',
  baselineVariant: 'blue',
  arms: [
    { variant: 'blue', expectedMilliPercent: 50_000 },
    { variant: 'green', expectedMilliPercent: 50_000 },
  ],
  metricKeys: ['purchase-rate'],
  metricVersions: [{ key: 'purchase-rate', version: 1 }],
  unitKind: 'user',
  alpha: 0.05,
  iterationId: '',
  iterationNumber: 1,
  projectId: '0190a000-0000-7000-8000-000000000004',
  startedAt: '2026-01-01T12:00:00Z',
  version: 1,
  createdAt: '2026-01-01T12:00:00Z',
  environmentId: '0190a000-0000-7000-8000-000000000002',
};
