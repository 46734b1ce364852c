import { answered, RestProblem, type RestClient, type Schemas } from '@stitchd/rest-client';
import { setTimeout as wait } from 'node:timers/promises';
import { CommandError } from '../terminal/command-error.ts';
import { ensure } from '../seed/ensure.ts';
import { arms } from './player.ts';

const project = 'cookie-cats';
export const flagKey = 'first-gate';
const experimentKey = 'first-gate-level';
const dayMs = 86_400_000;
/** How far back the players' times lie, and how much further the period of the experiment begins. */
export const playersDaysBack = 30;
const backfillDays = 35;

export const events = { retention1: 'came-back-day-1', retention7: 'came-back-day-7', rounds: 'rounds-played' } as const;

const metrics = [
  { key: 'retention_1', name: 'Back after 1 day', definition: { type: 'conversion', event: events.retention1, windowHours: 0 } },
  { key: 'retention_7', name: 'Back after 7 days', definition: { type: 'conversion', event: events.retention7, windowHours: 0 } },
  { key: 'rounds', name: 'Rounds in 14 days', definition: { type: 'sum', event: events.rounds, windowHours: 0 } },
] as const;

/** One run of the demo: an environment of its own, so that runs do not add up. */
export interface DemoRun {
  readonly environment: string;
  readonly sdkKey: string;
  readonly from: number;
  readonly to: number;
}

/** Creates everything that the test needs and starts its experiment. */
export async function prepareRun(rest: RestClient, nowMs: number): Promise<DemoRun> {
  const environment = `run-${new Date(nowMs)
    .toISOString()
    .slice(0, 19)
    .replace(/[^0-9]/g, '')}-${nowMs % 1_000}`;
  const inProject = { path: { project } };
  const inEnvironment = { path: { project, environment } };
  const name = 'Cookie Cats';
  await ensure(
    answered(
      rest.POST('/v1/projects', {
        body: { key: project, name, description: 'The gate at level 30 or 40, from the game’s A/B test.' },
      }),
    ),
  );
  await answered(
    rest.POST('/v1/projects/{project}/environments', { params: inProject, body: { key: environment, name: environment } }),
  );
  for (const [key, valueType] of [
    [events.retention1, 'none'],
    [events.retention7, 'none'],
    [events.rounds, 'double'],
  ] as const)
    await ensure(
      answered(rest.POST('/v1/projects/{project}/events', { params: inProject, body: { key, name: key, valueType } })),
    );
  for (const metric of metrics)
    await ensure(
      answered(
        rest.POST('/v1/projects/{project}/metrics', {
          params: inProject,
          body: metric,
        }),
      ),
    );
  await ensure(
    answered(
      rest.POST('/v1/projects/{project}/flags', {
        params: inProject,
        body: {
          key: flagKey,
          name: 'First gate',
          type: 'string',
          purpose: 'experiment',
          variants: arms.map((key) => ({ key, value: key })),
        },
      }),
    ),
  );
  await serveRecordedArms(rest, environment);
  const body = { name: 'cookie-cats demo', kind: 'server' as const, backfillDays };
  const { secret } = await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys', { params: inEnvironment, body }),
  );
  const period = { from: nowMs - (playersDaysBack + 1) * dayMs, to: nowMs };
  await startExperiment(rest, environment, period);
  return { environment, sdkKey: secret, ...period };
}

/** The players' arms were given elsewhere: a rule for each arm serves it again. */
async function serveRecordedArms(rest: RestClient, environment: string): Promise<void> {
  const path = { project, environment, flag: flagKey };
  const route = '/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration';
  const { version } = await answered(rest.GET(route, { params: { path } }));
  const rules = arms.map((arm) => ({
    id: arm,
    name: `Was given ${arm}`,
    when: { attribute: 'version', op: 'equals' as const, values: [arm] },
    serve: { variant: arm },
  }));
  await answered(
    rest.PUT(route, {
      params: { path, header: { 'If-Match': `"${version}"` } },
      body: {
        enabled: true,
        document: { offVariant: arms[0], prerequisites: [], targets: [], rules, defaultServe: { variant: arms[0] } },
      },
    }),
  );
}

async function startExperiment(
  rest: RestClient,
  environment: string,
  period: { readonly from: number; readonly to: number },
): Promise<void> {
  const inEnvironment = { path: { project, environment } };
  const created = await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/experiments', {
      params: inEnvironment,
      body: {
        key: experimentKey,
        name: 'Level of the first gate',
        hypothesis: 'A first gate at level 40 keeps more players than one at level 30.',
        flagKey,
        assignment: 'recorded',
        baselineVariant: arms[0],
        arms: arms.map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
        metrics: metrics.map(({ key }, index) => ({ key, role: index === 0 ? ('primary' as const) : ('secondary' as const) })),
        unitKind: 'user',
        alpha: 0.05,
        // It is over: there is one look, at its end.
        analysis: { design: 'fixed-horizon' },
        periodFrom: new Date(period.from).toISOString(),
        periodTo: new Date(period.to).toISOString(),
      },
    }),
  );
  await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/start', {
      params: { path: { ...inEnvironment.path, experiment: experimentKey }, header: { 'If-Match': `"${created.version}"` } },
    }),
  );
}

const pollMs = 250;
const storedTimeoutMs = 5 * 60_000;

export interface StoredCounts {
  readonly exposures: number;
  readonly events: Readonly<Record<string, number>>;
}

/** How much of this run is in the event store, each item counted once. */
export async function countStored(rest: RestClient, run: DemoRun): Promise<StoredCounts & { readonly waiting: number }> {
  const counts = await answered(
    rest.GET('/v1/projects/{project}/environments/{environment}/item-counts', {
      params: {
        path: { project, environment: run.environment },
        query: { from: new Date(run.from).toISOString(), to: new Date(run.to).toISOString() },
      },
    }),
  );
  return {
    exposures: counts.exposures.reduce((sum, { items }) => sum + items, 0),
    events: Object.fromEntries(counts.events.map(({ eventKey, items }) => [eventKey, items])),
    waiting: counts.waiting,
  };
}

/**
 * Waits until everything that was sent is in the event store.
 * @throws CommandError where it does not come, saying what is missing
 */
export async function waitUntilStored(
  rest: RestClient,
  run: DemoRun,
  sent: StoredCounts,
  onCount: (stored: number) => void,
): Promise<StoredCounts> {
  const total = (counts: StoredCounts): number =>
    counts.exposures + Object.values(counts.events).reduce((sum, items) => sum + items, 0);
  const deadline = Date.now() + storedTimeoutMs;
  for (;;) {
    const { waiting: _waiting, ...stored } = await countStored(rest, run);
    onCount(total(stored));
    if (total(stored) >= total(sent)) return stored;
    if (Date.now() > deadline)
      throw new CommandError(
        `${total(sent)} items were sent and ${total(stored)} are stored after ${storedTimeoutMs / 60_000} minutes`,
      );
    await wait(pollMs);
  }
}

/** Asks for a computation, follows its job, and answers the results. */
export async function computeResults(rest: RestClient, run: DemoRun): Promise<Schemas['ExperimentResults']> {
  const path = { project, environment: run.environment, experiment: experimentKey };
  const route = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results';
  let job = await answered(rest.POST(`${route}/recompute`, { params: { path } }));
  while (job.state === 'waiting' || job.state === 'running') {
    await wait(pollMs);
    job = await answered(
      rest.GET('/v1/projects/{project}/environments/{environment}/jobs/{job}', { params: { path: { ...path, job: job.id } } }),
    );
  }
  if (job.state === 'failed') throw new CommandError(`the computation failed: ${job.errorMessage} (${job.errorCode})`);
  const { results } = await answered(rest.GET(route, { params: { path } }));
  if (results === undefined) throw new RestProblem(200, { detail: 'the computation succeeded and there are no results' });
  return results;
}
