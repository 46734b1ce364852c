import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { claimSaga } from '@stitchd/db/experiment';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Analysis, Experiments, type CreateExperimentRequest } from '@stitchd/proto/experiment/v1/experiment';
import { problem, problemOf, withCall, type Principal } from '@stitchd/service-kit';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from '../../../../test/support/test-services.ts';
import { experimentationService } from '../index.ts';
import { createNeighbours, neighbourDefinitions, type Neighbours } from '../neighbours.test-support.ts';
import { pauseMs } from './advance-saga.ts';

let store: TestDatabase;
let database: Database;
let neighbours: Neighbours;
let running: TestServices[];

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});
beforeEach(() => {
  neighbours = createNeighbours();
  running = [];
});
afterEach(async () => {
  await Promise.all(running.map((services) => services.stop()));
});

/** One process; `looksAround: false` never takes up what others left. */
async function startReplica(options: { looksAround?: boolean } = {}): Promise<TestServices> {
  const services = await startTestServices([...neighbourDefinitions(neighbours), experimentationService], {
    STITCHD_DATABASE_URL: store.url,
    STITCHD_EXPERIMENTATION_RECONCILE_INTERVAL: options.looksAround === false ? '1d' : '20ms',
  });
  running.push(services);
  return services;
}

async function stopReplica(services: TestServices): Promise<void> {
  running = running.filter((other) => other !== services);
  await services.stop();
}

const draft = { flagKey: 'checkout', baselineVariant: 'off', metrics: [{ key: 'purchase', role: 'primary' }] };

async function createDraft(services: TestServices, principal: Principal, more: Partial<CreateExperimentRequest> = {}) {
  return services.as(principal, Experiments).createExperiment({ key: 'e', ...draft, ...more } as CreateExperimentRequest);
}
const stateOf = async (services: TestServices, principal: Principal) =>
  (await services.as(principal, Experiments).getExperiment({ key: 'e' })).state;

/** As if whoever held the lease had been gone for long enough. */
const endLease = (principal: Principal) =>
  database.inTenant(principal.organisationId!, (tx) =>
    tx
      .updateTable('experiment.saga')
      .set({ due_at: new Date(0) })
      .executeTakeFirstOrThrow(),
  );
const auditOf = (principal: Principal) =>
  database.inTenant(principal.organisationId!, async (tx) =>
    (await tx.selectFrom('platform.audit').select('action').orderBy('id').execute()).map(({ action }) => action),
  );
const openSagas = (principal: Principal) =>
  database.inTenant(
    principal.organisationId!,
    async (tx) => (await tx.selectFrom('experiment.saga').selectAll().execute()).length,
  );

test('A start binds the split in the name of who started it, and runs from the moment of binding', async () => {
  const services = await startReplica();
  const principal = principalWith();
  await createDraft(services, principal);
  const started = await services.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  const [binding] = neighbours.bound.values();
  expect(started).toMatchObject({ state: 'running', iterationNumber: 1, unitKind: 'user', version: 3 });
  expect(binding).toMatchObject({ iterationId: started.iterationId, flagKey: 'checkout', ruleId: '', recorded: false });
  expect(timestampDate(started.startedAt!)).toEqual(binding?.at);
  expect(neighbours.principals[0]).toMatchObject({
    kind: 'service',
    id: 'experimentation-service',
    environmentId: principal.environmentId,
    actor: { kind: 'user', id: principal.id },
  });
  expect(await openSagas(principal)).toBe(0);
});

test('What flag-service refuses makes the experiment a draft again, with the reason', async () => {
  const services = await startReplica();
  const principal = principalWith();
  await createDraft(services, principal);
  neighbours.beforeBind = () => {
    throw problem('SPLIT_PROTECTED', 'Another experiment stands on it.');
  };
  const refused = await services
    .as(principal, Experiments)
    .startExperiment({ key: 'e', ifVersion: 1 })
    .catch((error: unknown) => error);
  expect(problemOf(refused).code).toBe('SPLIT_PROTECTED');
  const experiment = await services.as(principal, Experiments).getExperiment({ key: 'e' });
  expect(experiment).toMatchObject({
    state: 'draft',
    iterationId: '',
    startProblem: { code: 'SPLIT_PROTECTED', detail: 'Another experiment stands on it.' },
  });
  neighbours.beforeBind = () => undefined;
  const again = await services.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: experiment.version });
  expect(again.state).toBe('running');
  expect(again.startProblem).toBeUndefined();
});

test('A restart that is refused leaves the experiment stopped, as its last iteration ended', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const ask = services.as(principal, Experiments);
  await createDraft(services, principal);
  const { version } = await ask.startExperiment({ key: 'e', ifVersion: 1 });
  const stopped = await ask.stopExperiment({ key: 'e', ifVersion: version, serve: { kind: 'keep' } });
  neighbours.beforeBind = () => {
    throw problem('CONFLICT', 'Another iteration runs there.');
  };
  const refused = await ask.restartExperiment({ key: 'e', ifVersion: stopped.version }).catch((error: unknown) => error);
  expect(problemOf(refused).code).toBe('CONFLICT');
  const { iterationId, iterationNumber, stoppedAt, graceUntil, servedAfter } = stopped;
  expect(await ask.getExperiment({ key: 'e' })).toMatchObject({
    state: 'stopped',
    iterationId,
    iterationNumber,
    stoppedAt,
    graceUntil,
    servedAfter,
    startProblem: { code: 'CONFLICT' },
  });
});

test('While flag-service is away a start waits, refuses a second one, and is finished when it is back', async () => {
  const services = await startReplica();
  const principal = principalWith();
  await createDraft(services, principal);
  let asked = 0;
  neighbours.beforeBind = () => {
    asked += 1;
    if (asked < 3) throw problem('STORE_UNAVAILABLE', 'away');
  };
  const started = await services.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  expect(started).toMatchObject({ state: 'starting', version: 2 });
  const second = await services
    .as(principal, Experiments)
    .startExperiment({ key: 'e', ifVersion: 2 })
    .catch((error: unknown) => error);
  expect(problemOf(second).code).toBe('INVALID_STATE');
  await endLease(principal);
  await expect.poll(() => asked, { timeout: 60_000 }).toBe(2);
  await expect.poll(() => stateOf(services, principal), { timeout: 60_000 }).toBe('running');
  expect(asked).toBe(3);
});

test.for(['beforeBind', 'afterBind'] as const)(
  'A process that dies at %s leaves a start that another replica finishes, under the same iteration',
  async (moment) => {
    const dying = await startReplica({ looksAround: false });
    const principal = principalWith();
    await createDraft(dying, principal);
    let reached = false;
    let release = (): void => undefined;
    neighbours[moment] = () =>
      new Promise((_, reject) => {
        reached = true;
        release = () => reject(problem('SERVICE_UNAVAILABLE', 'the process is gone'));
      });
    const lost = dying
      .as(principal, Experiments)
      .startExperiment({ key: 'e', ifVersion: 1 })
      .catch((error: unknown) => error);
    await expect.poll(() => reached, { timeout: 60_000 }).toBe(true);
    await stopReplica(dying);
    release();
    await lost;
    neighbours[moment] = () => undefined;

    const other = await startReplica();
    expect(await stateOf(other, principal)).toBe('starting');
    await endLease(principal);
    await expect.poll(() => stateOf(other, principal), { timeout: 60_000 }).toBe('running');
    const experiment = await other.as(principal, Experiments).getExperiment({ key: 'e' });
    expect([...neighbours.bound.keys()]).toEqual([experiment.iterationId]);
    expect(timestampDate(experiment.startedAt!)).toEqual(neighbours.bound.get(experiment.iterationId)?.at);
    expect(await auditOf(principal)).toEqual(['experiment.create', 'experiment.start', 'experiment.started']);
  },
);

test('A start that the dead process could not finish is undone where flag-service refuses it by now', async () => {
  const dying = await startReplica({ looksAround: false });
  const principal = principalWith();
  await createDraft(dying, principal);
  neighbours.beforeBind = () => {
    throw problem('SERVICE_UNAVAILABLE', 'gone');
  };
  await dying.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  await stopReplica(dying);
  neighbours.beforeBind = () => {
    throw problem('NOT_FOUND', 'The flag was archived.');
  };
  const other = await startReplica();
  await endLease(principal);
  await expect.poll(() => stateOf(other, principal), { timeout: 60_000 }).toBe('draft');
  expect((await other.as(principal, Experiments).getExperiment({ key: 'e' })).startProblem?.code).toBe('NOT_FOUND');
  expect(await openSagas(principal)).toBe(0);
});

test('A stop unbinds and ends the period; while flag-service is away it waits and is finished later', async () => {
  const services = await startReplica();
  const principal = principalWith();
  await createDraft(services, principal);
  const { version } = await services.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  neighbours.beforeUnbind = () => {
    throw problem('STORE_UNAVAILABLE', 'away');
  };
  const stopping = await services
    .as(principal, Experiments)
    .stopExperiment({ key: 'e', ifVersion: version, serve: { kind: 'keep' } });
  expect(stopping.state).toBe('stopping');
  neighbours.beforeUnbind = () => undefined;
  await endLease(principal);
  await expect.poll(() => stateOf(services, principal), { timeout: 60_000 }).toBe('stopped');
  expect(neighbours.bound.size).toBe(0);
  const stopped = await services.as(principal, Experiments).getExperiment({ key: 'e' });
  const again = await services
    .as(principal, Experiments)
    .stopExperiment({ key: 'e', ifVersion: stopped.version, serve: { kind: 'keep' } })
    .catch((error: unknown) => error);
  expect(problemOf(again).code).toBe('INVALID_STATE');
});

test('Two replicas that look around take up each half-done start once', async () => {
  const dying = await startReplica({ looksAround: false });
  const principals = Array.from({ length: 6 }, () => principalWith());
  neighbours.beforeBind = () => {
    throw problem('SERVICE_UNAVAILABLE', 'gone');
  };
  for (const principal of principals) {
    await createDraft(dying, principal);
    await dying.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  }
  await stopReplica(dying);
  neighbours.beforeBind = () => undefined;
  neighbours.principals.length = 0;
  for (const principal of principals) await endLease(principal);
  const [one] = await Promise.all([startReplica(), startReplica()]);
  for (const principal of principals) await expect.poll(() => stateOf(one, principal), { timeout: 60_000 }).toBe('running');
  expect(neighbours.principals).toHaveLength(principals.length);
});

test('A claimed saga is claimed by nobody else until its lease ends', async () => {
  const services = await startReplica({ looksAround: false });
  const principal = principalWith();
  const { id } = await createDraft(services, principal);
  neighbours.beforeBind = () => {
    throw problem('SERVICE_UNAVAILABLE', 'gone');
  };
  await services.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  await endLease(principal);
  const claims = await Promise.all([claimSaga(database, 60_000), claimSaga(database, 60_000), claimSaga(database, 60_000)]);
  expect(claims.filter((claim) => claim !== undefined)).toEqual([{ experimentId: id, organisationId: principal.organisationId }]);
});

test('An attempt that comes to nothing is followed by another after 1 s, then twice as long, up to a minute', () => {
  expect([0, 1, 5, 6, 100].map(pauseMs)).toEqual([1_000, 2_000, 32_000, 60_000, 60_000]);
});

test("The plan of a recorded experiment has the period that was asked for, a split's begins at its start and ends at its stop", async () => {
  const services = await startReplica();
  const principal = principalWith();
  const periodFrom = timestampFromDate(new Date('2026-01-01T00:00:00Z'));
  const arms = ['off', 'on'].map((variant) => ({ variant, expectedMilliPercent: 50_000 }));
  const { id } = await createDraft(services, principal, { assignment: 'recorded', arms, periodFrom } as never);
  await services.as(principal, Experiments).startExperiment({ key: 'e', ifVersion: 1 });
  const stats = await services.together.reachAs('stats-service', [Analysis]);
  const inTenant = { requestId: 'r', principal, deadlineMs: undefined };
  const plan = await withCall(inTenant, () => stats(Analysis).getAnalysisPlan({ experimentId: id }));
  expect(plan).toMatchObject({
    projectId: principal.projectId,
    from: periodFrom,
    experiment: { id, state: 'running', unitKind: 'user' },
  });
  expect(plan.to).toBeUndefined();
  expect((await withCall(inTenant, () => stats(Analysis).listRunning({}))).items.map((item) => item.id)).toEqual([id]);
  const stopped = await services.as(principal, Experiments).stopExperiment({ key: 'e', ifVersion: 3, serve: { kind: 'keep' } });
  const ended = await withCall(inTenant, () => stats(Analysis).getAnalysisPlan({ experimentId: id }));
  expect(ended.to).toEqual(stopped.stoppedAt);
  expect((await withCall(inTenant, () => stats(Analysis).listRunning({}))).items).toHaveLength(1);
  const elsewhere = { ...inTenant, principal: { ...principal, environmentId: principal.projectId! } };
  const refused = await withCall(elsewhere, () => stats(Analysis).getAnalysisPlan({ experimentId: id })).catch(
    (error: unknown) => error,
  );
  expect(problemOf(refused).code).toBe('NOT_FOUND');
});

test('An iteration keeps the versions of its metrics that it began with, until somebody adopts the latest', async () => {
  const services = await startReplica();
  const principal = principalWith();
  const ask = services.as(principal, Experiments);
  neighbours.metricVersions.set('revenue', 3);
  const made = await createDraft(services, principal, {
    metrics: [
      { key: 'revenue', role: 'primary' },
      { key: 'purchase', role: 'secondary' },
    ],
  } as never);
  expect(made.metricVersions).toEqual([]);
  const adopting = (ifVersion: number) => ask.adoptMetricVersions({ key: 'e', ifVersion });
  await expect(adopting(made.version)).rejects.toSatisfy((error) => problemOf(error).code === 'INVALID_STATE');

  const started = await ask.startExperiment({ key: 'e', ifVersion: 1 });
  const atStart = [
    { key: 'revenue', version: 3 },
    { key: 'purchase', version: 1 },
  ];
  expect(started.metricVersions).toMatchObject(atStart);
  const stats = await services.together.reachAs('stats-service', [Analysis]);
  const inTenant = { requestId: 'r', principal, deadlineMs: undefined };
  const planned = async () => {
    const plan = await withCall(inTenant, () => stats(Analysis).getAnalysisPlan({ experimentId: made.id }));
    return plan.experiment?.metricVersions;
  };
  neighbours.metricVersions.set('revenue', 4);
  expect(await planned()).toMatchObject(atStart);
  await expect(adopting(1)).rejects.toSatisfy((error) => problemOf(error).code === 'VERSION_MISMATCH');

  const adopted = await adopting(started.version);
  const latest = [
    { key: 'revenue', version: 4 },
    { key: 'purchase', version: 1 },
  ];
  expect(adopted.metricVersions).toMatchObject(latest);
  expect(await planned()).toMatchObject(latest);
  // With nothing newer, nothing changes.
  expect(await adopting(adopted.version)).toMatchObject({ version: adopted.version });
  expect((await auditOf(principal)).filter((action) => action.includes('metric'))).toEqual(['experiment.adopt-metric-versions']);
  const kept = await database.inTenant(principal.organisationId!, (tx) =>
    tx.selectFrom('experiment.iteration').select('metric_versions').execute(),
  );
  expect(kept).toEqual([{ metric_versions: latest }]);
});
