import { storeErrorOf } from '@stitchd/db/postgres';
import { EventDefinitions, Metrics } from '@stitchd/proto/event/v1/event';
import { EventTraffic } from '@stitchd/proto/event/v1/event_traffic';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { Analysis, Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { Flags, Splits } from '@stitchd/proto/flag/v1/flag';
import { defineService, startLoop, storeProblem, type BackgroundLoop, type Unready } from '@stitchd/service-kit';
import { access } from './access.ts';
import { createContext } from './context.ts';
import { endDueHoldouts } from './holdouts/end-due-holdouts.ts';
import { implementAnalysis, implementExperiments } from './implement-experiments.ts';
import { implementHoldouts } from './implement-holdouts.ts';
import { implementLayers } from './implement-layers.ts';
import { reconcile } from './saga/reconcile.ts';
import { settings } from './settings.ts';

export const experimentationService = defineService({
  name: 'experimentation-service',
  serves: [Experiments, Layers, Holdouts, Analysis],
  reaches: [Flags, Splits, Metrics, EventDefinitions, EventTraffic, EventSettings],
  settings,
  access,
  translateError: (error) => storeProblem(storeErrorOf(error)),
  async create(service) {
    const ctx = createContext(service);
    let loop: BackgroundLoop | undefined;
    return {
      implementations: [implementExperiments(ctx), implementLayers(ctx), implementHoldouts(ctx), implementAnalysis(ctx)],
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
