import { storeErrorOf } from '@stitchd/db/postgres';
import { Metrics } from '@stitchd/proto/event/v1/event';
import { Analysis, Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { Flags, Splits } from '@stitchd/proto/flag/v1/flag';
import { defineService, implement, startLoop, storeProblem, type BackgroundLoop, type Unready } from '@stitchd/service-kit';
import { access } from './access.ts';
import { createContext } from './context.ts';
import { endDueHoldouts } from './holdouts/end-due-holdouts.ts';
import { implementHoldouts } from './implement-holdouts.ts';
import { implementLayers } from './implement-layers.ts';
import { adoptMetricVersions } from './routes/adopt-metric-versions.ts';
import { createExperiment } from './routes/create-experiment.ts';
import { getAnalysisPlan } from './routes/get-analysis-plan.ts';
import { getExperiment } from './routes/get-experiment.ts';
import { listExperiments } from './routes/list-experiments.ts';
import { listRunning } from './routes/list-running.ts';
import { startExperiment } from './routes/start-experiment.ts';
import { stopExperiment } from './routes/stop-experiment.ts';
import { updateExperiment } from './routes/update-experiment.ts';
import { reconcile } from './saga/reconcile.ts';
import { settings } from './settings.ts';

export const experimentationService = defineService({
  name: 'experimentation-service',
  serves: [Experiments, Layers, Holdouts, Analysis],
  reaches: [Flags, Splits, Metrics],
  settings,
  access,
  translateError: (error) => storeProblem(storeErrorOf(error)),
  async create(service) {
    const ctx = createContext(service);
    let loop: BackgroundLoop | undefined;
    return {
      implementations: [
        implement(Experiments, {
          createExperiment: (request) => createExperiment(ctx, request),
          getExperiment: (request) => getExperiment(ctx, request),
          listExperiments: (request) => listExperiments(ctx, request),
          updateExperiment: (request) => updateExperiment(ctx, request),
          startExperiment: (request) => startExperiment(ctx, request),
          stopExperiment: (request) => stopExperiment(ctx, request),
          adoptMetricVersions: (request) => adoptMetricVersions(ctx, request),
        }),
        implementLayers(ctx),
        implementHoldouts(ctx),
        implement(Analysis, {
          getAnalysisPlan: (request) => getAnalysisPlan(ctx, request),
          listRunning: (request) => listRunning(ctx, request),
        }),
      ],
      async start() {
        loop = startLoop({
          intervalMs: service.config.reconcileInterval,
          once: async (signal) => {
            await reconcile(ctx, signal);
            await endDueHoldouts(ctx, signal);
          },
          onTrouble: (error) => ctx.log.warn({ err: error }, 'half-done starts and stops, and ends of holdouts, have to wait'),
        });
      },
      async unready(): Promise<Unready> {
        try {
          await ctx.database.ping();
          return {};
        } catch (error) {
          return { postgresql: error instanceof Error ? error.message : String(error) };
        }
      },
      drain: async () => loop?.stop(),
      stop: () => ctx.database.close(),
    };
  },
});
