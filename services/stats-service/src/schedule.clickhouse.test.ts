import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { queueFigures } from '@stitchd/db/stats';
import { PlanSchema } from '@stitchd/proto/experiment/v1/experiment';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { currentCall, problem, type Principal } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { principalWith } from '../../../test/support/test-services.ts';
import { insertRaw } from './computation/raw-items.test-support.ts';
import { addExperiment, openMetric, restartExperiment, type PlannedExperiment } from './neighbours.test-support.ts';
import { endOf, refusalOf, resultsOf, useStatsService } from './stats-service.test-support.ts';

const fixture = useStatsService();

const minuteMs = 60_000;
const dayMs = 1_440 * minuteMs;
const metrics = [{ key: 'bought', definition: openMetric('conversion', 'purchase') }];

/** The schedule meets an organisation by its environments. */
async function tenant(): Promise<Principal> {
  const principal = principalWith();
  const { organisationId = '', projectId = '', environmentId = '' } = principal;
  const row = { organisation_id: organisationId, project_id: projectId, environment_id: environmentId };
  await fixture.database.inTenant(organisationId, (tx) => tx.insertInto('platform.environment_revision').values(row).execute());
  return principal;
}

function running(principal: Principal, scheduleMinutes: number): PlannedExperiment {
  const planned = addExperiment(fixture.neighbours, principal, { fromMs: Date.now() - dayMs, metrics: metrics as never });
  planned.experiment.analysis!.scheduleMinutes = scheduleMinutes;
  return planned;
}

const rowsOf = (principal: Principal, { experiment }: PlannedExperiment) =>
  fixture.database.inTenant(principal.organisationId!, (tx) =>
    tx
      .selectFrom('stats.stats_jobs')
      .select(['id', 'cause', 'state', 'is_full'])
      .where('experiment_id', '=', experiment.id)
      .orderBy('id')
      .execute(),
  );
const causesOf = async (principal: Principal, planned: PlannedExperiment) =>
  (await rowsOf(principal, planned)).map(({ cause, state }) => `${cause} ${state}`);

/** As if the ended jobs of the organisation had ended so much earlier. */
const letPass = (principal: Principal, ms: number) =>
  fixture.database.inTenant(principal.organisationId!, async (tx) => {
    const rows = await tx
      .selectFrom('stats.stats_jobs')
      .select(['id', 'finished_at'])
      .where('finished_at', 'is not', null)
      .execute();
    for (const { id, finished_at: at } of rows)
      await tx
        .updateTable('stats.stats_jobs')
        .set({ finished_at: new Date(at!.getTime() - ms) })
        .where('id', '=', id)
        .execute();
  });

/** Until the schedule has gone through the organisation's experiments twice: what it saw the second time was there before. */
async function lookedThrough(principal: Principal): Promise<void> {
  const dueAt = async () =>
    fixture.database.inTenant(principal.organisationId!, async (tx) =>
      (await tx.selectFrom('stats.stats_schedule').select('due_at').executeTakeFirst())?.due_at.getTime(),
    );
  for (const _ of [1, 2]) {
    const before = await dueAt();
    await expect.poll(dueAt, { timeout: 60_000, interval: 20 }).not.toBe(before);
  }
}

test('Experiments of one organisation are computed each at its own pace, counted from the end of their last job', async () => {
  const principal = await tenant();
  const [often, rarely] = [running(principal, 15), running(principal, 60)];
  await fixture.startReplica({ STITCHD_STATS_INTERVAL: '100ms' });
  const both = async () => [await causesOf(principal, often), await causesOf(principal, rarely)];
  const once = ['scheduled succeeded'];
  await expect.poll(both, { timeout: 60_000 }).toEqual([once, once]);
  await letPass(principal, 14 * minuteMs);
  await lookedThrough(principal);
  expect(await both()).toEqual([once, once]);
  await letPass(principal, minuteMs);
  await expect.poll(both, { timeout: 60_000 }).toEqual([[...once, ...once], once]);
  await letPass(principal, 14 * minuteMs);
  await lookedThrough(principal);
  expect(await both()).toEqual([[...once, ...once], once]);
  expect(await queueFigures(fixture.database)).toEqual([]);
});

test('After a stop late data counts until the grace period is over; then exactly one last computation is made, by whoever asks first', async () => {
  const principal = await tenant();
  const [scheduled, asked] = [running(principal, 15), running(principal, 15)];
  for (const { experiment } of [scheduled, asked]) {
    experiment.state = 'stopped';
    experiment.graceUntil = timestampFromMs(Date.now() + dayMs);
  }
  const services = await fixture.startReplica({ STITCHD_STATS_INTERVAL: '100ms' });
  const other = await fixture.startReplica({ STITCHD_STATS_INTERVAL: '100ms' });
  const results = services.as(principal, Results);
  const both = async () => [await causesOf(principal, scheduled), await causesOf(principal, asked)];
  await expect.poll(both, { timeout: 60_000 }).toEqual([['scheduled succeeded'], ['scheduled succeeded']]);
  const finalOf = async ({ experiment }: PlannedExperiment) => {
    const answer = await results.getResults({ experimentId: experiment.id });
    return [answer.final, resultsOf(answer).isFinal];
  };
  expect(await finalOf(scheduled)).toEqual([false, false]);

  asked.experiment.graceUntil = timestampFromMs(Date.now());
  const last = await results.recompute({ experimentId: asked.experiment.id });
  expect(last).toMatchObject({ cause: 'final', full: true });
  expect(await endOf(services, principal, last.id)).toMatchObject({ state: 'succeeded' });
  scheduled.experiment.graceUntil = timestampFromMs(Date.now());
  const ends = ['scheduled succeeded', 'final succeeded'];
  await expect.poll(both, { timeout: 60_000 }).toEqual([ends, ends]);
  expect([await finalOf(scheduled), await finalOf(asked)]).toEqual([
    [true, true],
    [true, true],
  ]);
  await letPass(principal, 2 * dayMs);
  await lookedThrough(principal);
  expect(await both()).toEqual([ends, ends]);
  for (const { experiment } of [scheduled, asked])
    expect(await refusalOf(other.as(principal, Results).recompute({ experimentId: experiment.id, full: true }))).toBe(
      'INVALID_STATE',
    );
});

test('That nothing can be said is kept and told with the last results, not while a stop is under way, and not before late data has come', async () => {
  const principal = await tenant();
  const fromMs = Date.now() - 10 * dayMs;
  const definition = { ...openMetric('conversion', 'purchase'), windowHours: 1 };
  const { experiment } = addExperiment(fixture.neighbours, principal, {
    fromMs,
    toMs: fromMs + 9 * dayMs,
    metrics: [{ key: 'bought', definition }] as never,
  });
  experiment.state = 'stopping';
  experiment.plan = create(PlanSchema, { plannedUnits: 500 });
  experiment.analysis!.design = 'sequential';
  const item = (user: string) => ({
    item_id: randomUUID(),
    environment_id: experiment.environmentId,
    at: fromMs + 1,
    skew_ms: 0,
    accepted_at: fromMs + 1,
    stored_at: fromMs + 1,
    units: { user },
  });
  const { iterationId: iteration_id } = experiment;
  const users = ['off', 'on'].flatMap((variant) => Array.from({ length: 300 }, (_, index) => ({ variant, index })));
  const exposures = users.map(({ variant, index }) => ({ ...item(`${variant}-${index}`), flag: 'f', variant, iteration_id }));
  const buyers = users.filter(({ index }) => index % 3 === 0);
  const events = buyers.map(({ variant, index }) => ({ ...item(`${variant}-${index}`), event: 'purchase', value: 1 }));
  await insertRaw(fixture.eventStore.store, 'exposure', exposures, randomUUID());
  await insertRaw(fixture.eventStore.store, 'event', events, randomUUID());
  const services = await fixture.startReplica();
  const results = services.as(principal, Results);
  const experimentId = experiment.id;
  const said = async () => {
    const { id } = await results.recompute({ experimentId });
    expect(await endOf(services, principal, id)).toMatchObject({ state: 'succeeded' });
    const { decision, isFinal } = resultsOf(await results.getResults({ experimentId }));
    const { items } = await results.getHistory({ experimentId });
    const told = await fixture.database.inTenant(principal.organisationId!, (tx) =>
      tx.selectFrom('platform.outbox').select('topic').where('topic', '=', 'experiment.decided').execute(),
    );
    return [decision.code, isFinal, items.map(({ code }) => code), told.length];
  };
  expect(await said()).toEqual(['undecided', false, [], 0]);
  experiment.state = 'stopped';
  experiment.graceUntil = timestampFromMs(Date.now() + dayMs);
  expect(await said()).toEqual(['undecided', false, [], 0]);
  experiment.graceUntil = timestampFromMs(Date.now());
  expect(await said()).toEqual(['undecided', true, ['undecided'], 1]);
});

test('The last computation counts what was stored in the grace period, to the millisecond, however late it begins', async () => {
  const principal = await tenant();
  const [fromMs, graceUntilMs] = [Date.now() - dayMs, Date.now() - 60 * minuteMs];
  const { experiment } = addExperiment(fixture.neighbours, principal, {
    fromMs,
    toMs: fromMs + minuteMs,
    metrics: metrics as never,
  });
  experiment.state = 'stopped';
  experiment.graceUntil = timestampFromMs(graceUntilMs);
  const item = (user: string, storedMs: number) => ({
    item_id: randomUUID(),
    environment_id: experiment.environmentId,
    at: fromMs + 1,
    skew_ms: 0,
    accepted_at: storedMs,
    stored_at: storedMs,
    units: { user },
  });
  const { iterationId: iteration_id } = experiment;
  const exposed = (user: string, storedMs: number) => ({ ...item(user, storedMs), flag: 'f', variant: 'on', iteration_id });
  const bought = (user: string, storedMs: number) => ({ ...item(user, storedMs), event: 'purchase', value: 1 });
  const { store } = fixture.eventStore;
  await insertRaw(
    store,
    'exposure',
    [exposed('a', fromMs + 1), exposed('b', graceUntilMs), exposed('c', graceUntilMs + 1)],
    randomUUID(),
  );
  await insertRaw(store, 'event', [bought('a', graceUntilMs + 1), bought('b', graceUntilMs)], randomUUID());
  const services = await fixture.startReplica();
  const results = services.as(principal, Results);
  const { id, cause } = await results.recompute({ experimentId: experiment.id });
  expect([cause, (await endOf(services, principal, id)).state]).toEqual(['final', 'succeeded']);
  const said = resultsOf(await results.getResults({ experimentId: experiment.id }));
  expect(said).toMatchObject({ isFinal: true, dataUntil: new Date(graceUntilMs).toISOString() });
  const [metric] = said.metrics;
  expect(metric?.kind === 'computed' && metric.arms.map(({ variant, n, sum }) => [variant, n, sum])).toEqual([
    ['off', 0, 0],
    ['on', 2, 1],
  ]);
});

test('An iteration that another one followed in its grace period gets its last results beside those of the next, and no others', async () => {
  const principal = await tenant();
  const first = running(principal, 60);
  const { id: experimentId, iterationId: iteration_id, environmentId: environment_id } = first.experiment;
  const services = await fixture.startReplica({ STITCHD_STATS_INTERVAL: '100ms' });
  const results = services.as(principal, Results);
  const causes = () => causesOf(principal, first);
  await expect.poll(causes, { timeout: 60_000 }).toEqual(['scheduled succeeded']);
  // Stopped and started again: the next one is computed at once, the earlier one waits for late data.
  const stoppedMs = Date.now();
  const next = restartExperiment(fixture.neighbours, first, { stoppedMs, graceUntilMs: stoppedMs + dayMs });
  await expect.poll(causes, { timeout: 60_000 }).toEqual(['scheduled succeeded', 'scheduled succeeded']);
  await letPass(principal, 30 * minuteMs);
  await lookedThrough(principal);
  expect(await causes()).toEqual(['scheduled succeeded', 'scheduled succeeded']);
  const late = {
    item_id: randomUUID(),
    environment_id,
    at: stoppedMs - minuteMs,
    skew_ms: 0,
    accepted_at: Date.now(),
    stored_at: Date.now(),
    units: { user: 'late' },
    flag: 'f',
    variant: 'on',
    iteration_id,
  };
  await insertRaw(fixture.eventStore.store, 'exposure', [late], randomUUID());
  first.experiment.graceUntil = timestampFromMs(Date.now() + 1);
  await expect.poll(causes, { timeout: 60_000 }).toEqual(['scheduled succeeded', 'scheduled succeeded', 'final succeeded']);
  const said = async (iteration: number) => {
    const answer = await results.getResults({ experimentId, iteration });
    const { arms, isFinal, iterationId } = resultsOf(answer);
    return {
      final: answer.final,
      isFinal,
      iterationId,
      units: arms.map(({ units }) => units),
      job: [answer.lastJob?.iteration, answer.lastJob?.cause],
    };
  };
  const newest = { final: false, isFinal: false, iterationId: next.experiment.iterationId, units: [0, 0], job: [2, 'scheduled'] };
  expect(await said(1)).toEqual({ final: true, isFinal: true, iterationId: iteration_id, units: [0, 1], job: [1, 'final'] });
  expect([await said(0), await said(2)]).toEqual([newest, newest]);
  const { items } = await results.listHeadlines({ experimentIds: [experimentId] });
  expect(items).toMatchObject([{ result: { units: 0 } }]);
  await letPass(principal, 30 * minuteMs);
  await expect
    .poll(causes, { timeout: 60_000 })
    .toEqual(['scheduled succeeded', 'scheduled succeeded', 'final succeeded', 'scheduled succeeded']);
  expect(await said(1)).toMatchObject({ final: true, job: [1, 'final'] });
  expect((await results.recompute({ experimentId })).iteration).toBe(2);
});

test('An earlier iteration is computed for whoever asks while late data counts, and once after, however long ago its last one failed', async () => {
  // The schedule does not know of it.
  const principal = principalWith();
  const first = running(principal, 60);
  const { id: experimentId } = first.experiment;
  const services = await fixture.startReplica({ STITCHD_STATS_INTERVAL: '1d' });
  const results = services.as(principal, Results);
  const asked = async (iteration: number) =>
    endOf(services, principal, (await results.recompute({ experimentId, iteration })).id);
  const stoppedMs = Date.now();
  restartExperiment(fixture.neighbours, first, { stoppedMs, graceUntilMs: stoppedMs + dayMs });
  expect(await asked(1)).toMatchObject({ iteration: 1, cause: 'on-demand', state: 'succeeded' });
  expect(await asked(0)).toMatchObject({ iteration: 2, cause: 'on-demand', state: 'succeeded' });
  first.experiment.graceUntil = timestampFromMs(Date.now());
  fixture.neighbours.beforePlan = () => {
    if (currentCall()?.requestId.startsWith('job-') === true) throw problem('NOT_FOUND', 'gone');
  };
  expect(await asked(1)).toMatchObject({ iteration: 1, cause: 'final', state: 'failed' });
  fixture.neighbours.beforePlan = () => undefined;
  await letPass(principal, 3 * dayMs);
  expect((await results.getResults({ experimentId, iteration: 1 })).final).toBe(false);
  expect(await asked(1)).toMatchObject({ iteration: 1, cause: 'final', state: 'succeeded', full: true });
  expect(await results.getResults({ experimentId, iteration: 1 })).toMatchObject({ iteration: 1, final: true, stale: false });
  expect(await refusalOf(results.recompute({ experimentId, iteration: 1 }))).toBe('INVALID_STATE');
  expect(await refusalOf(results.recompute({ experimentId, iteration: 3 }))).toBe('NOT_FOUND');
  expect(await asked(2)).toMatchObject({ iteration: 2, cause: 'on-demand', state: 'succeeded' });
});
