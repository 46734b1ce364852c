import { randomUUID } from 'node:crypto';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { uuidv7 } from '@stitchd/core';
import { claimJob, claimSchedule, enqueueJob, findJob } from '@stitchd/db/stats';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Results, type Job } from '@stitchd/proto/stats/v1/stats';
import { currentCall, currentPrincipal, problem, type Principal } from '@stitchd/service-kit';
import { sequenceCriticalValue } from '@stitchd/statistics';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createCuttableLine, type CuttableLine } from '../../../test/support/cuttable-line.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestEventStore, type TestEventStore } from '../../../test/support/test-event-store.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { momentText } from './analysis/health/findings.ts';
import { insertRaw, type RawEvent, type RawExposure } from './computation/raw-items.test-support.ts';
import { experimentResults } from '../../gateway/src/rest/results/experiment-results-schemas.ts';
import { findInputs } from '@stitchd/db/stats';
import { analyse, readBundle, recomputeBundle, statsService, type AnalysisInputs } from './index.ts';
import { statsLimits } from './limits.ts';
import {
  addExperiment,
  createNeighbours,
  neighbourDefinitions,
  type Neighbours,
  type PlannedExperiment,
  openMetric,
  restartExperiment,
} from './neighbours.test-support.ts';
import { endOf, refusalOf, resultsOf } from './stats-service.test-support.ts';

let databases: TestDatabase;
let database: Database;
let eventStore: TestEventStore;
let line: CuttableLine;
let clickhouseUrl: string;
let neighbours: Neighbours;
let running: TestServices[];

const hourMs = 3_600_000;
const startedMs = Date.now() - 5 * hourMs;

beforeAll(async () => {
  [databases, eventStore] = await Promise.all([createTestDatabase(), createTestEventStore()]);
  database = createDatabase({ url: databases.url, applicationName: 'test' });
  const { pathname, searchParams } = new URL(eventStore.url);
  line = await createCuttableLine(decodeURIComponent(pathname));
  clickhouseUrl = `http://127.0.0.1:${line.port}/${searchParams.get('database')}`;
});
afterAll(async () => {
  await line.close();
  await eventStore.drop();
  await database.close();
  await databases.drop();
});
beforeEach(() => {
  neighbours = createNeighbours();
  running = [];
});
afterEach(async () => {
  await line.mend();
  await Promise.all(running.map((services) => services.stop()));
});

async function startReplica(environment: Record<string, string> = {}): Promise<TestServices> {
  const services = await startTestServices([...neighbourDefinitions(neighbours), statsService], {
    STITCHD_DATABASE_URL: databases.url,
    STITCHD_CLICKHOUSE_URL: clickhouseUrl,
    STITCHD_STATS_POLL_INTERVAL: '20ms',
    STITCHD_STATS_RETRY_DELAY: '10ms',
    STITCHD_STATS_INTERVAL: '1d',
    ...environment,
  });
  running.push(services);
  return services;
}

async function stopReplica(services: TestServices): Promise<void> {
  running = running.filter((other) => other !== services);
  await services.stop();
}

const conversion = { key: 'bought', definition: openMetric('conversion', 'purchase') };
const revenue = { key: 'revenue', definition: openMetric('sum', 'purchase'), name: 'Revenue' };

function planned(
  principal: Principal,
  metrics: Parameters<typeof addExperiment>[2]['metrics'] = [conversion, revenue],
): PlannedExperiment {
  return addExperiment(neighbours, principal, { fromMs: startedMs, metrics });
}

/** `units` in each arm, of which every third buys for 10 in the first and 12 in the second. */
async function insertUnits(
  { experiment }: PlannedExperiment,
  units: number,
  buying = ['off', 'on'],
  storedAt?: number,
): Promise<void> {
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  for (const [arm, variant] of ['off', 'on'].entries()) {
    for (let index = 0; index < units; index++) {
      const item = (at: number) => ({
        item_id: randomUUID(),
        environment_id: experiment.environmentId,
        at,
        skew_ms: 0,
        accepted_at: at,
        stored_at: storedAt ?? at,
        units: { user: `${variant}-${index}` },
      });
      exposures.push({ ...item(startedMs + 1_000), flag: 'f', variant, iteration_id: experiment.iterationId });
      if (index % 3 === 0 && buying.includes(variant))
        events.push({ ...item(startedMs + 2_000), event: 'purchase', value: 10 + arm * 2 + (index % 2) });
    }
  }
  await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
  await insertRaw(eventStore.store, 'event', events, randomUUID());
}

const ask = (services: TestServices, principal: Principal) => services.as(principal, Results);
async function computed(services: TestServices, principal: Principal, { experiment }: PlannedExperiment): Promise<Job> {
  const { id } = await ask(services, principal).recompute({ experimentId: experiment.id });
  return endOf(services, principal, id);
}
const jobsOf = (principal: Principal) =>
  database.inTenant(principal.organisationId!, (tx) => tx.selectFrom('stats.stats_jobs').selectAll().orderBy('id').execute());
const expireLeases = (principal: Principal) =>
  database.inTenant(principal.organisationId!, (tx) =>
    tx
      .updateTable('stats.stats_jobs')
      .set({ due_at: new Date(0) })
      .where('state', '=', 'running')
      .execute(),
  );

test('A recomputation is a job, and its results can be read when it has succeeded', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  await insertUnits(experiment, 300);
  const experimentId = experiment.experiment.id;
  expect(await ask(services, principal).getResults({ experimentId })).toMatchObject({ stale: false });
  const job = await computed(services, principal, experiment);
  expect(job).toMatchObject({ experimentId, cause: 'on-demand', state: 'succeeded', attempts: 1, errorCode: '' });
  const answer = await ask(services, principal).getResults({ experimentId });
  expect(answer).toMatchObject({ stale: false, lastJob: { id: job.id } });
  const results = resultsOf(answer);
  expect(results.arms.map(({ units, expectedUnits }) => [units, expectedUnits])).toEqual([
    [300, 300],
    [300, 300],
  ]);
  expect(
    results.metrics.map((metric) => (metric.kind === 'computed' ? metric.arms.map(({ sum }) => sum) : metric.failure)),
  ).toEqual([
    [100, 100],
    [1_050, 1_250],
  ]);
});

test('Results of an earlier iteration say whose they are, also where the newest has a job and no results', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const first = planned(principal);
  const { id: experimentId } = first.experiment;
  await insertUnits(first, 10);
  await computed(services, principal, first);
  const stoppedMs = Date.now();
  restartExperiment(neighbours, first, { stoppedMs, graceUntilMs: stoppedMs + 24 * hourMs });
  const results = ask(services, principal);
  const said = async (iteration: number) => {
    const answer = await results.getResults({ experimentId, iteration });
    return { of: answer.iteration, hasResults: answer.results.length > 0, job: answer.lastJob?.iteration };
  };
  expect([await said(0), await said(2)]).toEqual([
    { of: 1, hasResults: true, job: 1 },
    { of: 0, hasResults: false, job: undefined },
  ]);
  // A job of the second one that comes to nothing.
  neighbours.beforePlan = () => {
    if (currentCall()?.requestId.startsWith('job-') === true) throw problem('NOT_FOUND', 'gone');
  };
  expect(await computed(services, principal, first)).toMatchObject({ iteration: 2, state: 'failed' });
  expect([await said(0), await said(2)]).toEqual([
    { of: 1, hasResults: true, job: 2 },
    { of: 0, hasResults: false, job: 2 },
  ]);
  expect((await results.listHeadlines({ experimentIds: [experimentId] })).items).toMatchObject([{ result: { iteration: 1 } }]);
  neighbours.beforePlan = () => undefined;
  await computed(services, principal, first);
  expect([await said(0), await said(2)]).toEqual([
    { of: 2, hasResults: true, job: 2 },
    { of: 2, hasResults: true, job: 2 },
  ]);
  expect((await results.listHeadlines({ experimentIds: [experimentId] })).items).toMatchObject([{ result: { iteration: 2 } }]);
});

test('What waits in spools holds the watermark back and is warned of; where nothing waits it is when the data was read', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  await insertUnits(experiment, 30);
  const told = async () => {
    await computed(services, principal, experiment);
    const answer = await ask(services, principal).getResults({ experimentId: experiment.experiment.id });
    const { inputs, health, dataUntil } = resultsOf(answer);
    return { watermark: inputs.watermark, dataUntil, late: health.find(({ check }) => check === 'late-data') };
  };
  const none = await told();
  expect([none.watermark, none.late?.status]).toEqual([none.dataUntil, 'ok']);
  const ahead = Date.now() + hourMs;
  neighbours.spools = () => ({ storedUntilMs: ahead, silentReplicas: 0 });
  const shipped = await told();
  expect([shipped.watermark, shipped.late?.status]).toEqual([shipped.dataUntil, 'ok']);
  const waitsFrom = Date.now() - hourMs;
  const sinces: number[] = [];
  neighbours.spools = (sinceMs) => {
    sinces.push(sinceMs);
    return { storedUntilMs: waitsFrom, silentReplicas: 2 };
  };
  const waiting = await told();
  expect(waiting.watermark).toBe(new Date(waitsFrom).toISOString());
  expect(waiting.late).toMatchObject({ status: 'warning' });
  expect(waiting.late?.cause).toContain(`accepted after ${momentText(new Date(waitsFrom).toISOString())} may still wait`);
  expect(waiting.late?.cause).toContain('2 replicas');
  expect(waiting.late?.remedy).toContain('stitchd event-replicas forget');
  expect(sinces).toEqual([startedMs]);
});

test('What is brought from before the start is not late, what happened after it is', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  await insertUnits(experiment, 30, ['off', 'on'], Date.now());
  const late = async (startMs: number) => {
    experiment.experiment.startedAt = timestampFromMs(startMs);
    await ask(services, principal)
      .recompute({ experimentId: experiment.experiment.id, full: true })
      .then(({ id }) => endOf(services, principal, id));
    const results = resultsOf(await ask(services, principal).getResults({ experimentId: experiment.experiment.id }));
    return [results.health.find(({ check }) => check === 'late-data'), results.inputs.lateShare] as const;
  };
  expect(await late(startedMs + hourMs)).toMatchObject([{ status: 'ok', figures: [] }, 0]);
  expect(await late(startedMs)).toMatchObject([
    { status: 'warning', cause: expect.stringMatching(/^100.% .*since the start/) as string },
    1,
  ]);
});

test('The decision of each result is told, and a result is kept where nobody hears of it', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  await insertUnits(experiment, 10);
  const told: string[][] = [];
  neighbours.onDecision = (...decision) => {
    told.push(decision);
    if (told.length === 1) throw new Error('away');
  };
  expect(await computed(services, principal, experiment)).toMatchObject({ state: 'succeeded', attempts: 1 });
  await computed(services, principal, experiment);
  await expect.poll(() => told.length).toBe(2);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId: experiment.experiment.id }));
  const { iterationId, decision } = results;
  expect(told[1]).toEqual([iterationId, decision.code]);
});

test('What is served as results has exactly the shape that is documented, with finite numbers only', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = addExperiment(neighbours, principal, {
    fromMs: startedMs,
    variants: ['off', 'on', 'nobody'],
    metrics: [revenue, { key: 'gone', definition: openMetric('sum', 'x') }],
  });
  neighbours.metrics.delete('gone');
  await insertUnits(experiment, 240);
  await computed(services, principal, experiment);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId: experiment.experiment.id }));
  // What is not documented would be missing in what was parsed.
  expect(experimentResults.parse(results)).toEqual(results);
  expect(JSON.parse(JSON.stringify(results))).toEqual(results);
});

test('A metric that can not be computed is named as failed, and the others are computed', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal, [
    conversion,
    { key: 'gone', definition: openMetric('sum', 'x') },
    { key: 'odd', definition: { type: 'unheard-of' } },
  ]);
  neighbours.metrics.delete('gone');
  await insertUnits(experiment, 10);
  await computed(services, principal, experiment);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId: experiment.experiment.id }));
  expect(results.metrics).toMatchObject([
    { kind: 'computed', key: 'bought' },
    { kind: 'failed', key: 'gone', failure: { code: 'METRIC_NOT_FOUND' } },
    { kind: 'failed', key: 'odd', failure: { code: 'METRIC_UNSUPPORTED' } },
  ]);
});

test('A split that does not fit is told once, in the audit log and the outbox; every look adds to the chart, and the decision has a history', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  const experimentId = experiment.experiment.id;
  for (const [index, arm] of experiment.experiment.arms.entries()) arm.expectedMilliPercent = index === 0 ? 80_000 : 20_000;
  await insertUnits(experiment, 300);
  await computed(services, principal, experiment);
  await computed(services, principal, experiment);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId }));
  const { decision, health } = results;
  expect([decision.code, health[0]?.status]).toEqual(['broken', 'broken']);
  const told = await database.inTenant(principal.organisationId!, async (tx) => ({
    audit: await tx.selectFrom('platform.audit').select(['action', 'actor_id']).where('resource_id', '=', experimentId).execute(),
    outbox: await tx.selectFrom('platform.outbox').select('topic').where('topic', 'like', 'experiment.alarm%').execute(),
  }));
  expect(told.audit.filter(({ action }) => action.startsWith('experiment.alarm'))).toEqual([
    { action: 'experiment.alarm.broken', actor_id: 'stats-service' },
  ]);
  expect(told.outbox).toEqual([{ topic: 'experiment.alarm.broken' }]);
  const history = await ask(services, principal).getHistory({ experimentId });
  expect(history.items).toMatchObject([{ iteration: 1, code: 'broken', headline: "Don't use these results" }]);
  const series = await ask(services, principal).getSeries({ experimentId, metricKey: 'bought' });
  expect(JSON.parse(Buffer.from(series.points).toString('utf8'))).toMatchObject([
    { comparisons: [{ units: 300, baselineUnits: 300 }] },
    {},
  ]);
  expect(await refusalOf(ask(services, principal).getSeries({ experimentId, limit: 1_001 }))).toBe('VALIDATION_FAILED');
  const other = principalWith();
  expect(await refusalOf(ask(services, other).getHistory({ experimentId }))).toBe('NOT_FOUND');
});

test('Harm is told to the experiment with its metric and arm, by the service itself, and before the decision', async () => {
  const services = await startReplica();
  // Each in an environment of its own, where only its own items are.
  const [one, other] = [principalWith(), principalWith()];
  const [well, harmed] = [planned(one), planned(other)];
  const told: { readonly iterationId: string; readonly decision: string; readonly harms: number }[] = [];
  neighbours.onDecision = (iterationId, decision) => {
    told.push({ iterationId, decision, harms: neighbours.harms.length });
  };
  await insertUnits(well, 300);
  await insertUnits(harmed, 300, ['off']);
  await computed(services, one, well);
  await computed(services, other, harmed);
  const { id: experimentId, iterationId } = harmed.experiment;
  await expect.poll(() => told.length).toBe(2);
  expect(told[0]).toMatchObject({ iterationId: well.experiment.iterationId, harms: 0 });
  expect(told[1]).toEqual({ iterationId, decision: 'harm', harms: 1 });
  const by = { kind: 'service', id: 'stats-service', environmentId: other.environmentId };
  expect(neighbours.harms).toMatchObject([{ experimentId, iterationId, harms: ['bought got worse with on.'], by }]);
});

test('What a result was made from makes the same result again, to the last digit', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const measure = { type: 'sum', event: 'purchase' };
  const largest = { key: 'largest', definition: { type: 'quantile', per: 'unit', level: 0.8, measure, windowHours: 0 } };
  const experiment = planned(principal, [conversion, revenue, largest]);
  await insertUnits(experiment, 300);
  await computed(services, principal, experiment);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId: experiment.experiment.id }));
  const inputs = await database.inTenant(principal.organisationId!, (tx) => findInputs(tx, experiment.experiment.iterationId));
  expect(analyse(inputs as unknown as AnalysisInputs)).toEqual(results);
  // Read where the look was judged: at the bar that holds however often is looked.
  const criticalValue = sequenceCriticalValue({ units: 600, alpha: 0.05, sides: 'two' });
  const { metrics } = (inputs as unknown as AnalysisInputs).figures;
  expect(metrics[2]).toMatchObject({ kind: 'quantile', matured: [{ criticalValue }, { criticalValue }] });
  const { json } = await ask(services, principal).getBundle({ experimentId: experiment.experiment.id });
  const read = readBundle(new TextDecoder().decode(json));
  if (read.kind !== 'bundle') throw new Error(read.reason);
  expect(read.bundle.results).toEqual(results);
  expect(recomputeBundle(read.bundle)).toMatchObject({ differences: [], changed: [], otherEngine: null });
  await database.inTenant(principal.organisationId!, (tx) =>
    tx
      .updateTable('stats.iteration_state')
      .set({ inputs: JSON.stringify({ tooLarge: statsLimits.inputBytes + 1 }) })
      .where('iteration_id', '=', experiment.experiment.iterationId)
      .execute(),
  );
  const refused = ask(services, principal).getBundle({ experimentId: experiment.experiment.id });
  expect(await refusalOf(refused)).toBe('BUNDLE_TOO_LARGE');
});

test('An experiment that nobody was exposed to has results that say so', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  await computed(services, principal, experiment);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId: experiment.experiment.id }));
  expect(results).toMatchObject({
    arms: [{ units: 0, expectedUnits: null }, { units: 0 }],
    metrics: [{ comparisons: [{ effect: { difference: null, notComputable: 'too-few-units' } }] }, { kind: 'computed' }],
    decision: { code: 'no-verdict' },
  });
});

test('Few units of two experiments that share them: labels are shuffled aside, the overlap is told, and the bundle says the same', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const add = () => addExperiment(neighbours, principal, { fromMs: startedMs, toMs: startedMs + hourMs, metrics: [revenue] });
  const [first, second] = [add(), add()];
  await insertUnits(first, 150);
  await insertUnits(second, 150);
  await computed(services, principal, second);
  await computed(services, principal, first);
  const results = resultsOf(await ask(services, principal).getResults({ experimentId: first.experiment.id }));
  expect(experimentResults.parse(results)).toEqual(results);
  const { metrics, health } = results;
  expect(metrics[0]).toMatchObject({
    comparisons: [{ effect: { method: 'randomisation' }, adjustment: { status: 'few-units' } }],
  });
  // Its own arms are the other's: only two of the four cells have units.
  expect(health.find(({ check }) => check === 'overlaps')).toMatchObject({ status: 'ok', figures: [{ value: 300 }] });
  const { json } = await ask(services, principal).getBundle({ experimentId: first.experiment.id });
  const read = readBundle(new TextDecoder().decode(json));
  if (read.kind !== 'bundle') throw new Error(read.reason);
  expect(recomputeBundle(read.bundle)).toMatchObject({ differences: [], changed: [] });
});

test('While ClickHouse is away a job is tried several times and then fails; the last good results stay, as stale, until the next', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  const experimentId = experiment.experiment.id;
  await insertUnits(experiment, 30);
  await computed(services, principal, experiment);
  const good = await ask(services, principal).getResults({ experimentId });

  await line.cut();
  const failed = await computed(services, principal, experiment);
  expect(failed).toMatchObject({
    state: 'failed',
    attempts: 4,
    errorCode: 'EVENT_STORE_UNAVAILABLE',
    errorMessage: 'The event store does not answer.',
  });
  const stale = await ask(services, principal).getResults({ experimentId });
  expect(stale).toMatchObject({ stale: true, lastJob: { id: failed.id, state: 'failed' } });
  expect(stale.results).toEqual(good.results);
  expect(stale.computedAt).toEqual(good.computedAt);
  const never = randomUUID();
  const { items } = await ask(services, principal).listHeadlines({ experimentIds: [experimentId, never] });
  const { decision } = resultsOf(good);
  expect(items).toMatchObject([
    {
      experimentId,
      result: { headline: decision.headline, advice: decision.advice, units: 60, broken: [], computedAt: good.computedAt },
      failure: 'The event store does not answer.',
    },
  ]);

  await line.mend();
  await insertUnits(experiment, 30, undefined, Date.now());
  expect(await computed(services, principal, experiment)).toMatchObject({ state: 'succeeded', errorCode: '' });
  const later = await ask(services, principal).getResults({ experimentId });
  expect(later.stale).toBe(false);
  expect(resultsOf(later).exposures?.items).toBe(120);
});

test('An experiment that only ever fails keeps as many ended jobs as the limit says, and the last good results', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  const experimentId = experiment.experiment.id;
  const good = await computed(services, principal, experiment);
  const failedBefore = Array.from({ length: statsLimits.jobs - 1 }, (_, index) => ({
    id: uuidv7(Date.now() - 60_000 + index, new Uint8Array(10)),
    organisation_id: principal.organisationId!,
    project_id: principal.projectId!,
    environment_id: principal.environmentId!,
    experiment_id: experimentId,
    cause: 'scheduled',
    state: 'failed',
  }));
  await database.inTenant(principal.organisationId!, (tx) => tx.insertInto('stats.stats_jobs').values(failedBefore).execute());
  await line.cut();
  const failed = await computed(services, principal, experiment);
  expect(failed.state).toBe('failed');
  const ids = (await jobsOf(principal)).map(({ id }) => id);
  expect(ids).toHaveLength(statsLimits.jobs);
  expect(ids).not.toContain(failedBefore[0]?.id);
  expect(ids).toEqual(expect.arrayContaining([failedBefore[1]?.id, good.id, failed.id]));
});

test('A store that comes back between two attempts makes the same job succeed', async () => {
  const services = await startReplica({ STITCHD_STATS_RETRY_DELAY: '100ms' });
  const principal = principalWith();
  const experiment = planned(principal);
  await line.cut();
  const { id } = await ask(services, principal).recompute({ experimentId: experiment.experiment.id });
  await expect
    .poll(async () => (await ask(services, principal).getJob({ id })).errorCode, { timeout: 60_000 })
    .toBe('EVENT_STORE_UNAVAILABLE');
  await line.mend();
  const job = await endOf(services, principal, id);
  expect(job).toMatchObject({ state: 'succeeded', errorCode: '' });
  expect(job.attempts).toBeGreaterThan(1);
});

test('While a job waits, asking again answers that job; while it runs, the next one waits for its end', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  const experimentId = experiment.experiment.id;
  let release = (): void => undefined;
  let asked = 0;
  // The routes ask for the plan as well: only what the workers ask is held back.
  const held = new Promise<void>((resolve) => (release = resolve));
  neighbours.beforePlan = async () => {
    if (currentCall()?.requestId.startsWith('job-') !== true) return;
    asked += 1;
    await held;
  };
  const second = await ask(services, principal).recompute({ experimentId });
  await expect.poll(() => asked, { timeout: 60_000 }).toBe(1);
  const third = await ask(services, principal).recompute({ experimentId });
  expect(third.id).not.toBe(second.id);
  expect(await ask(services, principal).recompute({ experimentId })).toMatchObject({ id: third.id, state: 'waiting' });
  expect(await claimJob(database, randomUUID(), 1_000)).toBeUndefined();
  release();
  await endOf(services, principal, second.id);
  expect(await endOf(services, principal, third.id)).toMatchObject({ state: 'succeeded' });
});

test('The job of a worker that died is taken over when its lease ends, with the bounds of the first attempt', async () => {
  const principal = principalWith();
  const experiment = planned(principal);
  await insertUnits(experiment, 10);
  const { id } = await database.inTenant(principal.organisationId!, async (tx) => {
    const { job } = await enqueueJob(tx, {
      id: randomUUID(),
      organisationId: principal.organisationId!,
      projectId: principal.projectId!,
      environmentId: principal.environmentId!,
      experimentId: experiment.experiment.id,
      iteration: 1,
      cause: 'on-demand',
    });
    return job;
  });
  const lease = await claimJob(database, randomUUID(), 60_000);
  expect(lease).toMatchObject({ jobId: id, organisationId: principal.organisationId });
  const bounds = {
    from: new Date(startedMs).toISOString(),
    to: new Date(startedMs + 1).toISOString(),
    dataUntil: new Date(startedMs + 1).toISOString(),
  };
  await database.inTenant(principal.organisationId!, (tx) =>
    tx
      .updateTable('stats.stats_jobs')
      .set({ bounds: JSON.stringify(bounds) })
      .where('id', '=', id)
      .execute(),
  );
  const services = await startReplica();
  expect((await ask(services, principal).getJob({ id })).state).toBe('running');
  await expireLeases(principal);
  expect(await endOf(services, principal, id)).toMatchObject({ state: 'succeeded', attempts: 2 });
  const answer = await ask(services, principal).getResults({ experimentId: experiment.experiment.id });
  expect(resultsOf(answer)).toMatchObject(bounds);
});

test('A worker that lost its lease writes neither a result nor the end of the job', async () => {
  const services = await startReplica({ STITCHD_STATS_WORKERS: '1' });
  const principal = principalWith();
  const experiment = planned(principal);
  let release = (): void => undefined;
  let isHeld = false;
  neighbours.beforePlan = () =>
    currentCall()?.requestId.startsWith('job-') === true &&
    currentPrincipal().environmentId === principal.environmentId &&
    !isHeld
      ? new Promise((resolve) => {
          isHeld = true;
          release = resolve;
        })
      : undefined;
  const { id } = await ask(services, principal).recompute({ experimentId: experiment.experiment.id });
  await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(true);
  await expireLeases(principal);
  const other = await claimJob(database, randomUUID(), 3_600_000);
  expect(other?.jobId).toBe(id);
  release();
  // The worker is free again when it takes another job.
  const next = planned(principal);
  await computed(services, principal, next);
  expect(await ask(services, principal).getJob({ id })).toMatchObject({ state: 'running', attempts: 2 });
  const { results } = await ask(services, principal).getResults({ experimentId: experiment.experiment.id });
  expect(results).toHaveLength(0);
});

test('A job that takes its worker down every time is failed after the last attempt', async () => {
  const principal = principalWith();
  const experiment = planned(principal);
  const organisationId = principal.organisationId!;
  const { id } = await database.inTenant(
    organisationId,
    async (tx) =>
      (
        await enqueueJob(tx, {
          id: randomUUID(),
          organisationId,
          projectId: principal.projectId!,
          environmentId: principal.environmentId!,
          experimentId: experiment.experiment.id,
          iteration: 1,
          cause: 'on-demand',
        })
      ).job,
  );
  for (let attempt = 1; attempt <= 4; attempt++) {
    expect(await claimJob(database, randomUUID(), 60_000)).toMatchObject({ jobId: id });
    await expireLeases(principal);
  }
  const services = await startReplica();
  expect(await endOf(services, principal, id)).toMatchObject({
    state: 'failed',
    errorCode: 'ATTEMPTS_EXHAUSTED',
    errorMessage: 'The computation was begun 4 times and never ended.',
  });
});

test('A service that stops gives its running job to the others at once', async () => {
  const leaving = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  let release = (): void => undefined;
  let isHeld = false;
  neighbours.beforePlan = () =>
    currentCall()?.requestId.startsWith('job-') === true &&
    currentPrincipal().environmentId === principal.environmentId &&
    !isHeld
      ? new Promise((_, reject) => {
          isHeld = true;
          release = () => reject(new Error('the process stops'));
        })
      : undefined;
  const { id } = await ask(leaving, principal).recompute({ experimentId: experiment.experiment.id });
  await expect.poll(() => isHeld, { timeout: 60_000 }).toBe(true);
  const stopped = stopReplica(leaving);
  release();
  await stopped;
  expect(await database.inTenant(principal.organisationId!, (tx) => findJob(tx, id))).toMatchObject({
    state: 'running',
    lease_token: null,
  });
  const other = await startReplica();
  expect(await endOf(other, principal, id)).toMatchObject({ state: 'succeeded' });
});

test('Two replicas compute each job once', async () => {
  const replicas = await Promise.all([startReplica(), startReplica()]);
  const principal = principalWith();
  const experiments = Array.from({ length: 8 }, () => planned(principal));
  const jobs = await Promise.all(
    experiments.map(({ experiment }, index) => ask(replicas[index % 2]!, principal).recompute({ experimentId: experiment.id })),
  );
  for (const { id } of jobs) expect(await endOf(replicas[0], principal, id)).toMatchObject({ state: 'succeeded', attempts: 1 });
});

test('The schedule puts every running experiment of every organisation into the queue, once for two replicas', async () => {
  const principals = [principalWith(), principalWith()];
  const experiments = [planned(principals[0]!), planned(principals[0]!), planned(principals[1]!)];
  for (const principal of principals) {
    await database.inTenant(principal.organisationId!, (tx) =>
      tx
        .insertInto('platform.environment_revision')
        .values({
          environment_id: principal.environmentId!,
          organisation_id: principal.organisationId!,
          project_id: principal.projectId!,
        })
        .execute(),
    );
  }
  const replicas = await Promise.all([startReplica(), startReplica()]);
  for (const { experiment, principal } of experiments) {
    const last = async () => (await ask(replicas[0]!, principal).getResults({ experimentId: experiment.id })).lastJob;
    await expect.poll(async () => (await last())?.state, { timeout: 60_000 }).toBe('succeeded');
    expect(await last()).toMatchObject({ cause: 'scheduled' });
  }
  expect((await Promise.all(principals.map(jobsOf))).map((jobs) => jobs.length)).toEqual([2, 1]);
  expect(await claimSchedule(database, 1_000)).toBeUndefined();
});

test('What somebody began to schedule and never ended is taken up by another', async () => {
  const principal = principalWith();
  planned(principal);
  await database.inTenant(principal.organisationId!, (tx) =>
    tx
      .insertInto('platform.environment_revision')
      .values({
        environment_id: principal.environmentId!,
        organisation_id: principal.organisationId!,
        project_id: principal.projectId!,
      })
      .execute(),
  );
  expect(await claimSchedule(database, 60_000)).toBe(principal.organisationId);
  expect(await claimSchedule(database, 60_000)).toBeUndefined();
  await database.inTenant(principal.organisationId!, (tx) =>
    tx
      .updateTable('stats.stats_schedule')
      .set({ leased_until: new Date(0) })
      .execute(),
  );
  await startReplica();
  await expect.poll(async () => (await jobsOf(principal)).map(({ cause }) => cause), { timeout: 60_000 }).toEqual(['scheduled']);
});

test('Nobody reads or asks for the results of another environment, and a viewer may only read', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const experiment = planned(principal);
  const experimentId = experiment.experiment.id;
  const job = await computed(services, principal, experiment);
  const elsewhere = principalWith({ organisationId: principal.organisationId!, projectId: principal.projectId! });
  for (const stranger of [principalWith(), elsewhere]) {
    expect(await refusalOf(ask(services, stranger).getResults({ experimentId }))).toBe('NOT_FOUND');
    expect(await refusalOf(ask(services, stranger).recompute({ experimentId }))).toBe('NOT_FOUND');
    expect(await refusalOf(ask(services, stranger).getJob({ id: job.id }))).toBe('NOT_FOUND');
    expect((await ask(services, stranger).listHeadlines({ experimentIds: [experimentId] })).items).toEqual([]);
  }
  const most = Array.from({ length: statsLimits.headlines }, () => randomUUID());
  expect((await ask(services, principal).listHeadlines({ experimentIds: most })).items).toEqual([]);
  expect(await refusalOf(ask(services, principal).listHeadlines({ experimentIds: [...most, experimentId] }))).toBe(
    'VALIDATION_FAILED',
  );
  expect(await refusalOf(ask(services, principal).listHeadlines({ experimentIds: ['no id'] }))).toBe('VALIDATION_FAILED');
  const viewer: Principal = { ...principal, role: 'viewer' };
  expect((await ask(services, viewer).getResults({ experimentId })).results.length).toBeGreaterThan(0);
  expect(await refusalOf(ask(services, viewer).recompute({ experimentId }))).toBe('PERMISSION_DENIED');
  expect(await refusalOf(ask(services, principal).getJob({ id: 'no id' }))).toBe('NOT_FOUND');
});

test('There is nothing to compute before an experiment has started', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const { experiment } = addExperiment(neighbours, principal, { fromMs: undefined, metrics: [conversion] });
  expect(await refusalOf(ask(services, principal).recompute({ experimentId: experiment.id }))).toBe('INVALID_STATE');
});
