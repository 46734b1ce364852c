import type { MessageInitShape } from '@bufbuild/protobuf';
import { Analysis, type ExperimentSchema } from '@stitchd/proto/experiment/v1/experiment';
import { defineService, implement } from '@stitchd/service-kit';

/** What experimentation-service says that runs; a test changes it. */
export type RunningForTest = MessageInitShape<typeof ExperimentSchema>[];

/** experimentation-service as its neighbour sees it, for tests that are not about experiments. */
export function experimentsNeighbour(running: RunningForTest) {
  return defineService({
    name: 'experimentation-service',
    serves: [Analysis],
    reaches: [],
    settings: {},
    access: { 'stitchd.experiment.v1.Analysis/ListRunning': { services: ['event-service'], scope: 'organisation' } },
    create: async () => ({ implementations: [implement(Analysis, { listRunning: () => ({ items: running, nextCursor: '' }) })] }),
  });
}
