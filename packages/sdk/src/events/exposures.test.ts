import type { ExposureSource } from '@stitchd/core';
import { expect, test } from 'vitest';
import { createRecordingQueue } from '../testing/recording-queue.ts';
import { createExposureMemory } from './exposure-memory.ts';
import { recordExposure } from './exposures.ts';

const source: ExposureSource = {
  flagKey: 'checkout',
  variant: 'on',
  ruleId: undefined,
  splitId: undefined,
  iterationId: undefined,
  holdout: undefined,
  coveredBy: ['half-year'],
  sticky: false,
  contextKind: 'user',
  attribute: undefined,
};

test('A unit that a holdout covers and does not hold is told, also where no experiment runs any more', () => {
  const queue = createRecordingQueue();
  const into = {
    queue,
    memory: createExposureMemory(),
    newId: (atMs: number) => `id-${atMs}`,
    privateNames: new Set<string>(),
    exposureAttributes: () => [],
  };
  const context = { targetingKey: 'u-1' };
  recordExposure(source, context, { atMs: 1, by: 'read' }, into);
  recordExposure(source, context, { atMs: 2, by: 'read' }, into);
  // Under an experiment it is another exposure, and so is one that another holdout covers too.
  recordExposure({ ...source, iterationId: 'it-1' }, context, { atMs: 3, by: 'read' }, into);
  recordExposure({ ...source, coveredBy: ['half-year', 'other'] }, context, { atMs: 4, by: 'read' }, into);
  recordExposure({ ...source, iterationId: 'it-1', coveredBy: [] }, context, { atMs: 5, by: 'read' }, into);
  const common = { type: 'exposure', flag: 'checkout', variant: 'on', context: { user: 'u-1' } };
  expect(queue.items()).toEqual([
    { ...common, id: 'id-1', at: 1, coveredBy: ['half-year'] },
    { ...common, id: 'id-3', at: 3, iterationId: 'it-1', coveredBy: ['half-year'] },
    { ...common, id: 'id-4', at: 4, coveredBy: ['half-year', 'other'] },
    { ...common, id: 'id-5', at: 5, iterationId: 'it-1' },
  ]);
});
