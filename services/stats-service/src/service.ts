import { storeErrorOf } from '@stitchd/db/postgres';
import { Ingestion, Metrics } from '@stitchd/proto/event/v1/event';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { Analysis } from '@stitchd/proto/experiment/v1/experiment';
import { Planning } from '@stitchd/proto/stats/v1/planning';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { UnitExport } from '@stitchd/proto/stats/v1/unit_export';
import { defineService, implement, storeProblem, type Unready } from '@stitchd/service-kit';
import { access } from './access.ts';
import { startBackground, type Background } from './background.ts';
import { createContext, type StatsContext } from './context.ts';
import { exportUnits } from './routes/export-units.ts';
import { getDimensions } from './routes/get-dimensions.ts';
import { getHistory } from './routes/get-history.ts';
import { cancelJob } from './routes/cancel-job.ts';
import { getJob } from './routes/get-job.ts';
import { listHeadlines } from './routes/list-headlines.ts';
import { listJobs } from './routes/list-jobs.ts';
import { getBundle } from './routes/get-bundle.ts';
import { getReplay } from './routes/get-replay.ts';
import { planExperiment } from './routes/plan-experiment.ts';
import { showAnyway } from './routes/show-anyway.ts';
import { startReplay } from './routes/start-replay.ts';
import { getResults } from './routes/get-results.ts';
import { getSeries } from './routes/get-series.ts';
import { recompute } from './routes/recompute.ts';
import { settings } from './settings.ts';

export const statsService = defineService({
  name: 'stats-service',
  serves: [Results, UnitExport, Planning],
  reaches: [Analysis, Metrics, EventSettings, Ingestion],
  settings,
  access,
  translateError: (error) => storeProblem(storeErrorOf(error)),
  async create(service) {
    const ctx = createContext(service);
    let background: Background | undefined;
    return {
      implementations: [
        implement(UnitExport, { exportUnits: (request, call) => exportUnits(ctx, request, call.signal) }),
        implement(Results, {
          getResults: (request) => getResults(ctx, request),
          listHeadlines: (request) => listHeadlines(ctx, request),
          showAnyway: (request) => showAnyway(ctx, request),
          getSeries: (request) => getSeries(ctx, request),
          getDimensions: (request) => getDimensions(ctx, request),
          getHistory: (request) => getHistory(ctx, request),
          recompute: (request) => recompute(ctx, () => background?.wake(), request),
          getJob: (request) => getJob(ctx, request),
          listJobs: (request) => listJobs(ctx, request),
          cancelJob: (request) => cancelJob(ctx, request),
          getBundle: (request) => getBundle(ctx, request),
        }),
        implement(Planning, {
          planExperiment: (request, call) => planExperiment(ctx, request, call.signal),
          startReplay: (request) => startReplay(ctx, () => background?.wake(), request),
          getReplay: (request) => getReplay(ctx, request),
        }),
      ],
      async start() {
        background = startBackground(ctx);
      },
      unready: () => unready(ctx),
      drain: async () => background?.stop(),
      async stop() {
        await ctx.database.close();
        await ctx.eventStore.close();
      },
    };
  },
});

/** Without the event store it answers what was computed before, but computes nothing. */
async function unready(ctx: StatsContext): Promise<Unready> {
  const stores = { postgresql: ctx.database.ping(), clickhouse: ctx.eventStore.ping() };
  const answers = await Promise.all(
    Object.entries(stores).map(([name, answer]) =>
      answer.then(
        () => [],
        (error: unknown) => [[name, error instanceof Error ? error.message : String(error)] as const],
      ),
    ),
  );
  return Object.fromEntries(answers.flat());
}
