import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { SplitEventSchema } from '@stitchd/proto/flag/v1/flag';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Analysis, Experiments, type Experiment } from '@stitchd/proto/experiment/v1/experiment';
import { problemOf, withCall, type Principal } from '@stitchd/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { experimentationService } from './index.ts';
import { archivedMetricKey, createNeighbours, neighbourDefinitions, splitRuleId } from './neighbours.test-support.ts';

const neighbours = createNeighbours();
let store: TestDatabase;
let database: Database;
let services: TestServices;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
  services = await startTestServices([...neighbourDefinitions(neighbours), experimentationService], {
    STITCHD_DATABASE_URL: store.url,
  });
});
afterAll(async () => {
  await services.stop();
  await database.close();
  await store.drop();
});

const ask = (principal: Principal, idempotencyKey?: string) => services.as(principal, Experiments, idempotencyKey);
const primary = (metric: string) => ({ key: metric, role: 'primary' });
const secondary = (metric: string) => ({ key: metric, role: 'secondary' });
const onSplit = (more: object = {}) => ({
  key: `e-${randomUUID()}`,
  flagKey: 'checkout',
  baselineVariant: 'off',
  metrics: [primary('purchase')],
  ...more,
});
const recorded = (more: object = {}) =>
  onSplit({
    assignment: 'recorded',
    arms: [
      { variant: 'off', expectedMilliPercent: 50_000 },
      { variant: 'on', expectedMilliPercent: 50_000 },
    ],
    ...more,
  });
const refusalOf = async (asked: Promise<unknown>) => {
  const { code, detail, errors } = problemOf(
    await asked.then(() => new Error('it was not refused')).catch((error: unknown) => error),
  );
  return { code, detail, paths: errors.map(({ path }) => path) };
};

test('A draft on the default split takes its arms and unit from there, and the rest from the defaults', async () => {
  const created = await ask(principalWith()).createExperiment(onSplit());
  expect(created).toMatchObject({
    state: 'draft',
    assignment: 'split',
    unitKind: 'user',
    alpha: 0.05,
    version: 1,
    iterationId: '',
    iterationNumber: 0,
    arms: [
      { variant: 'off', expectedMilliPercent: 50_000 },
      { variant: 'on', expectedMilliPercent: 50_000 },
    ],
  });
  expect(created.name).toBe(created.key);
});

test("A draft on a rule's split takes the unit of that split", async () => {
  expect(await ask(principalWith()).createExperiment(onSplit({ ruleId: splitRuleId }))).toMatchObject({ unitKind: 'device' });
});

test.for<[string, object, string[]]>([
  ['a key that is none', { key: 'Not A Key' }, ['key']],
  ['an unknown flag', { flagKey: 'nothing' }, ['flagKey']],
  ['an unknown rule', { ruleId: 'nothing' }, ['ruleId']],
  ['a rule that serves no split', { ruleId: 'plain' }, ['ruleId']],
  ['a unit that the split is not drawn by', { unitKind: 'device' }, ['unitKind']],
  ['a baseline that is no arm', { baselineVariant: 'blue' }, ['baselineVariant']],
  ['no baseline', { baselineVariant: '' }, ['baselineVariant']],
  ['no metric', { metrics: [] }, ['metrics']],
  [
    'too many metrics',
    { metrics: [primary('m'), ...Array.from({ length: 20 }, (_, index) => secondary(`m${index}`))] },
    ['metrics'],
  ],
  ['a metric twice', { metrics: [primary('purchase'), secondary('purchase')] }, ['metrics']],
  ['an unknown metric', { metrics: [primary('purchase'), secondary('nothing')] }, ['metrics[1].key']],
  ['an alpha at the lower limit', { alpha: 0.0001 }, ['alpha']],
  ['an alpha at the upper limit', { alpha: 0.5 }, ['alpha']],
  ['an alpha that is no number', { alpha: Number.NaN }, ['alpha']],
  ['arms of its own on a split', { arms: [{ variant: 'on', expectedMilliPercent: 100_000 }] }, ['arms']],
  ['a period on a split', { periodFrom: timestampFromDate(new Date()) }, ['periodFrom']],
  ['an assignment that is none', { assignment: 'random' }, ['assignment']],
  ['a name that is too long', { name: 'n'.repeat(201) }, ['name']],
])('A draft with %s is refused with its place, and nothing is stored', async ([, more, paths]) => {
  const principal = principalWith();
  const refusal = await refusalOf(ask(principal).createExperiment(onSplit(more)));
  expect(refusal).toMatchObject({ code: 'VALIDATION_FAILED', paths });
  expect((await ask(principal).listExperiments({})).total).toBe(0);
});

test('Limits themselves are allowed', async () => {
  const created = await ask(principalWith()).createExperiment(onSplit({ name: 'n'.repeat(200), alpha: 0.4999 }));
  expect(created.alpha).toBe(0.4999);
});

test.for<[string, object, string[]]>([
  ['no arms', { arms: [] }, ['arms', 'baselineVariant']],
  [
    'shares that are not whole together',
    {
      arms: [
        { variant: 'off', expectedMilliPercent: 50_000 },
        { variant: 'on', expectedMilliPercent: 49_999 },
      ],
    },
    ['arms'],
  ],
  [
    'one arm that gets everybody',
    {
      arms: [
        { variant: 'off', expectedMilliPercent: 100_000 },
        { variant: 'on', expectedMilliPercent: 0 },
      ],
    },
    ['arms'],
  ],
  [
    'an arm that the flag lacks',
    {
      arms: [
        { variant: 'off', expectedMilliPercent: 50_000 },
        { variant: 'blue', expectedMilliPercent: 50_000 },
      ],
    },
    ['arms[1].variant'],
  ],
  ['a rule', { ruleId: splitRuleId }, ['ruleId']],
  [
    'a period that ends before it begins',
    { periodFrom: timestampFromDate(new Date(2_000)), periodTo: timestampFromDate(new Date(1_000)) },
    ['periodFrom', 'periodTo'],
  ],
  [
    'an empty period',
    {
      periodFrom: timestampFromDate(new Date('2026-01-01T00:00:00Z')),
      periodTo: timestampFromDate(new Date('2026-01-01T00:00:00Z')),
    },
    ['periodTo'],
  ],
])('A draft with recorded assignment and %s is refused', async ([, more, paths]) => {
  const refusal = await refusalOf(ask(principalWith()).createExperiment(recorded(more)));
  expect(refusal).toMatchObject({ code: 'VALIDATION_FAILED', paths });
});

test('An archived metric can not be chosen any more', async () => {
  const refused = await refusalOf(
    ask(principalWith()).createExperiment(onSplit({ metrics: [primary('purchase'), secondary(archivedMetricKey)] })),
  );
  expect(refused).toMatchObject({ code: 'VALIDATION_FAILED', paths: ['metrics[1].key'] });
});

test('A key is used once in an environment, and the same request again answers the same experiment', async () => {
  const principal = principalWith();
  const request = onSplit();
  const first = await ask(principal, 'once').createExperiment(request);
  expect(await ask(principal, 'once').createExperiment(request)).toEqual(first);
  expect(await refusalOf(ask(principal).createExperiment(request))).toMatchObject({ code: 'ALREADY_EXISTS' });
  expect(await refusalOf(ask(principal, 'once').createExperiment(onSplit()))).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' });
  const elsewhere = principalWith({ organisationId: principal.organisationId!, projectId: principal.projectId! });
  expect((await ask(elsewhere).createExperiment(request)).id).not.toBe(first.id);
});

test('A list has pages in the order of keys, and filters', async () => {
  const principal = principalWith();
  for (const key of ['b-two', 'a-one', 'c_three'])
    await ask(principal).createExperiment(onSplit({ key, name: `Name of ${key}` }));
  await ask(principal).startExperiment({ key: 'b-two', ifVersion: 1 });
  const first = await ask(principal).listExperiments({ page: { limit: 2 } });
  expect(first.items.map(({ key }) => key)).toEqual(['a-one', 'b-two']);
  expect(first.total).toBe(3);
  const second = await ask(principal).listExperiments({ page: { limit: 2, cursor: first.nextCursor } });
  expect(second.items.map(({ key }) => key)).toEqual(['c_three']);
  expect(second.nextCursor).toBe('');
  const keysOf = async (request: object) => (await ask(principal).listExperiments(request)).items.map(({ key }) => key);
  expect(await keysOf({ state: 'running' })).toEqual(['b-two']);
  expect(await keysOf({ flagKey: 'other' })).toEqual([]);
  expect(await keysOf({ metricKey: 'purchase', state: 'running' })).toEqual(['b-two']);
  expect(await keysOf({ metricKey: 'revenue' })).toEqual([]);
  expect(await keysOf({ page: { query: 'NAME OF A' } })).toEqual(['a-one']);
  expect(await keysOf({ page: { query: '_' } })).toEqual(['c_three']);
  expect(await refusalOf(ask(principal).listExperiments({ state: 'odd' }))).toMatchObject({ code: 'VALIDATION_FAILED' });
  expect(await refusalOf(ask(principal).listExperiments({ page: { cursor: 'odd' } }))).toMatchObject({
    code: 'VALIDATION_FAILED',
  });
  expect(await refusalOf(ask(principal).listExperiments({ page: { limit: 201 } }))).toMatchObject({ code: 'VALIDATION_FAILED' });
});

test('What decides the results changes in a draft only; the name at any time; an old version not at all', async () => {
  const principal = principalWith();
  const { key } = await ask(principal).createExperiment(onSplit());
  const changed = await ask(principal).updateExperiment({
    key,
    ifVersion: 1,
    metrics: { items: [primary('revenue')] },
    baselineVariant: 'on',
  });
  expect(changed).toMatchObject({ version: 2, metrics: [primary('revenue')], baselineVariant: 'on' });
  expect(await refusalOf(ask(principal).updateExperiment({ key, ifVersion: 1, name: 'x' }))).toMatchObject({
    code: 'VERSION_MISMATCH',
  });
  expect(await refusalOf(ask(principal).updateExperiment({ key, name: 'x' }))).toMatchObject({ code: 'PRECONDITION_REQUIRED' });
  expect(
    await refusalOf(ask(principal).updateExperiment({ key, ifVersion: 2, metrics: { items: [primary('nothing')] } })),
  ).toMatchObject({
    paths: ['metrics[0].key'],
  });
  // Nobody is asked for so many.
  const many = Array.from({ length: 21 }, (_, index) => secondary(`nothing-${index}`));
  expect(await refusalOf(ask(principal).updateExperiment({ key, ifVersion: 2, metrics: { items: many } }))).toMatchObject({
    paths: ['metrics'],
  });
  expect(await refusalOf(ask(principal).updateExperiment({ key, ifVersion: 2, baselineVariant: 'blue' }))).toMatchObject({
    paths: ['baselineVariant'],
  });
  const running = await ask(principal).startExperiment({ key, ifVersion: 2 });
  const { version } = running;
  expect(
    await refusalOf(ask(principal).updateExperiment({ key, ifVersion: version, metrics: { items: [primary('purchase')] } })),
  ).toMatchObject({
    code: 'INVALID_STATE',
  });
  expect(await ask(principal).updateExperiment({ key, ifVersion: version, name: 'New', hypothesis: 'Why' })).toMatchObject({
    name: 'New',
    hypothesis: 'Why',
    version: version + 1,
  });
});

test('Each write leaves an audit record with what was before and after', async () => {
  const principal = principalWith();
  const { key, id } = await ask(principal).createExperiment(onSplit());
  await ask(principal).startExperiment({ key, ifVersion: 1 });
  const records = await database.inTenant(principal.organisationId!, (tx) =>
    tx.selectFrom('platform.audit').selectAll().where('resource_id', '=', id).orderBy('id').execute(),
  );
  expect(records.map(({ action, actor_name: name }) => [action, name])).toEqual([
    ['experiment.create', 'ada@example.org'],
    ['experiment.start', 'ada@example.org'],
    ['experiment.started', 'ada@example.org'],
  ]);
  expect(records[2]).toMatchObject({
    before: { state: 'starting' },
    after: { state: 'running', key },
    project_id: principal.projectId,
  });
});

test('Another environment and another organisation do not find an experiment, and a viewer can not write', async () => {
  const principal = principalWith();
  const { key, id } = await ask(principal).createExperiment(onSplit());
  expect(await refusalOf(ask(principalWith()).getExperiment({ key }))).toMatchObject({ code: 'NOT_FOUND' });
  const elsewhere = principalWith({ organisationId: principal.organisationId! });
  expect(await refusalOf(ask(elsewhere).getExperiment({ key }))).toMatchObject({ code: 'NOT_FOUND' });
  const viewer: Principal = { ...principal, role: 'viewer' };
  expect((await ask(viewer).getExperiment({ key })).id).toBe(id);
  expect(await refusalOf(ask(viewer).startExperiment({ key, ifVersion: 1 }))).toMatchObject({ code: 'PERMISSION_DENIED' });
  expect(await refusalOf(services.as(principal, Analysis).getAnalysisPlan({ experimentId: id }))).toMatchObject({
    code: 'PERMISSION_DENIED',
  });
});

/** A running experiment on the default split. */
async function running(more: object = {}) {
  const principal = principalWith();
  const { key, version } = await ask(principal).createExperiment(onSplit(more));
  neighbours.history = [];
  return { principal, key, started: await ask(principal).startExperiment({ key, ifVersion: version }) };
}
/** stats-service, on behalf of nobody. */
async function asStats(principal: Principal) {
  const { organisationId, projectId, environmentId } = principal;
  const itself = { kind: 'service', id: 'stats-service', name: 'stats-service', organisationId, projectId, environmentId };
  const analysis = (await services.together.reachAs('stats-service', [Analysis]))(Analysis);
  const call = { requestId: randomUUID(), principal, deadlineMs: undefined };
  return {
    plan: (experimentId: string, iteration = 0) => withCall(call, () => analysis.getAnalysisPlan({ experimentId, iteration })),
    running: () => withCall(call, () => analysis.listRunning({})),
    decide: (iterationId: string, decision: string) => withCall(call, () => analysis.recordDecision({ iterationId, decision })),
    harm: ({ id, iterationId }: Experiment) =>
      withCall({ ...call, principal: itself as Principal }, () =>
        analysis.reportHarm({ experimentId: id, iterationId, harms: ['Errors got worse with on.'] }),
      ),
  };
}

test.for<[string, object, string[]]>([
  ['no primary metric', { metrics: [secondary('purchase')] }, ['metrics']],
  ['two primary metrics', { metrics: [primary('purchase'), primary('revenue')] }, ['metrics']],
  ['a margin of a metric that is no guardrail', { metrics: [{ ...primary('purchase'), margin: 0.1 }] }, ['metrics[0].margin']],
  [
    'a margin above the limit',
    { metrics: [primary('purchase'), { key: 'revenue', role: 'guardrail', margin: 1.01 }] },
    ['metrics[1].margin'],
  ],
  ['a hypothesis that is too long', { hypothesis: 'h'.repeat(4_001) }, ['hypothesis']],
  ['an owner that is no id', { owner: 'o'.repeat(101) }, ['owner']],
  ['an effect of nothing', { plan: { minimumEffect: 0 } }, ['plan.minimumEffect']],
  ['an effect above the limit', { plan: { minimumEffect: 10.01 } }, ['plan.minimumEffect']],
  ['a power below the limit', { plan: { power: 0.49 } }, ['plan.power']],
  ['more units than there are', { plan: { plannedUnits: 1_000_000_000_001 } }, ['plan.plannedUnits']],
  ['half a unit', { plan: { plannedUnits: 0.5 } }, ['plan.plannedUnits']],
  ['more days than two years', { plan: { plannedDays: 731 } }, ['plan.plannedDays']],
  [
    'an end that lies before all times',
    { plan: { endsAt: timestampFromDate(new Date('1999-12-31T23:59:59Z')) } },
    ['plan.endsAt'],
  ],
  ['a dimension whose name is too long', { analysis: { dimensions: ['d'.repeat(101)] } }, ['analysis.dimensions[0]']],
  ['a dimension without a name', { analysis: { dimensions: [''] } }, ['analysis.dimensions[0]']],
  ['a power above the limit', { plan: { power: 0.991 } }, ['plan.power']],
  ['a schedule that is too dense', { analysis: { scheduleMinutes: 14 } }, ['analysis.scheduleMinutes']],
  ['a schedule that is too rare', { analysis: { scheduleMinutes: 1_441 } }, ['analysis.scheduleMinutes']],
  ['too long a time before', { analysis: { prePeriodDays: 61 } }, ['analysis.prePeriodDays']],
  ['too many dimensions', { analysis: { dimensions: ['a', 'b', 'c', 'd', 'e', 'f'] } }, ['analysis.dimensions']],
  ['a design that is none', { analysis: { design: 'guess' } }, ['analysis.design']],
  ['an enrolment of nobody', { enrolmentMilliPercent: 0 }, ['enrolmentMilliPercent']],
  ['a kind that is none', { kind: 'test' }, ['kind']],
])('A plan with %s is refused with its place', async ([, more, paths]) => {
  expect(await refusalOf(ask(principalWith()).createExperiment(onSplit(more)))).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths,
  });
});

test('Roles, plan and settings have their defaults, at their limits they are taken, and a rollout needs no primary metric', async () => {
  const principal = principalWith();
  const plain = await ask(principal).createExperiment(onSplit());
  expect(plain).toMatchObject({
    kind: 'experiment',
    owner: principal.id,
    enrolmentMilliPercent: 100_000,
    plan: { power: 0.8 },
    analysis: { design: 'sequential', adjustment: 'on', prePeriodDays: 14, scheduleMinutes: 60, onHarm: 'tell', dimensions: [] },
  });
  const guardrail = { key: 'revenue', role: 'guardrail' };
  const analysis = { prePeriodDays: 0, scheduleMinutes: 15, dimensions: ['a', 'b', 'c', 'd', 'e'] };
  const plan = {
    minimumEffect: 10,
    power: 0.99,
    plannedUnits: 1_000_000_000_000,
    plannedDays: 730,
    endsAt: timestampFromDate(new Date('2100-01-01T00:00:00Z')),
  };
  const texts = { hypothesis: 'h'.repeat(4_000), owner: 'o'.repeat(100) };
  const full = await ask(principal).createExperiment(
    onSplit({ ...texts, metrics: [guardrail, primary('purchase')], analysis, plan }),
  );
  expect(full).toMatchObject({ ...texts, plan });
  expect(full.metrics).toMatchObject([primary('purchase'), { ...guardrail, margin: 0.01 }]);
  expect(full.analysis).toMatchObject(analysis);
  const rollout = await ask(principal).createExperiment(onSplit({ kind: 'rollout', metrics: [guardrail] }));
  expect(rollout).toMatchObject({ kind: 'rollout', metrics: [{ role: 'guardrail' }] });
  expect((await ask(principal).listExperiments({ kind: 'rollout' })).total).toBe(1);
});

test('A start takes a snapshot that stays; what may change afterwards is named, what decides the verdict may not', async () => {
  const metrics = [primary('purchase'), { key: 'revenue', role: 'guardrail', margin: 0.02 }];
  const { principal, key, started } = await running({ metrics });
  expect(started).toMatchObject({ snapshotHash: expect.stringMatching(/^[0-9a-f]{64}$/), changedAfterStart: [] });
  const decisive = { alpha: 0.1, plan: { minimumEffect: 0.5 }, analysis: { design: 'fixed-horizon' } };
  for (const [name, value] of Object.entries(decisive)) {
    const refused = await refusalOf(ask(principal).updateExperiment({ key, ifVersion: started.version, [name]: value }));
    expect(refused, name).toMatchObject({ code: 'INVALID_STATE' });
  }
  const items = [primary('purchase'), { key: 'revenue', role: 'guardrail', margin: 0.05 }];
  const changed = await ask(principal).updateExperiment({
    key,
    ifVersion: started.version,
    metrics: { items },
    analysis: { scheduleMinutes: 30 },
  });
  expect(changed.changedAfterStart).toEqual(['analysis.scheduleMinutes', 'metrics.revenue.margin']);
  expect(changed.snapshotHash).toBe(started.snapshotHash);
  const { items: iterations } = await ask(principal).listIterations({ key });
  expect(iterations).toMatchObject([{ number: 1, snapshot: { metrics }, changedAfterStart: changed.changedAfterStart }]);
  expect((await (await asStats(principal)).plan(started.id)).experiment?.metrics).toMatchObject(items);
});

test('Pauses, other weights and a larger enrolment are told as periods, also where nobody had noted them yet', async () => {
  const { principal, key, started } = await running();
  const paused = await ask(principal).pauseExperiment({ key, ifVersion: started.version });
  expect(paused.state).toBe('paused');
  expect(await refusalOf(ask(principal).pauseExperiment({ key, ifVersion: paused.version }))).toMatchObject({
    code: 'INVALID_STATE',
  });
  const resumed = await ask(principal).resumeExperiment({ key, ifVersion: paused.version });
  const arms = [
    { variant: 'off', expectedMilliPercent: 30_000 },
    { variant: 'on', expectedMilliPercent: 70_000 },
  ];
  const weighted = await ask(principal).changeWeights({ key, ifVersion: resumed.version, arms });
  expect(weighted).toMatchObject({ arms, changedAfterStart: ['arms'] });
  // As if the process had died after flag-service changed the split.
  const later = (seconds: number) => timestampFromDate(new Date(Date.now() + seconds * 1_000));
  const shares = arms.map(({ variant }) => ({ variant, weightMilliPercent: 50_000 }));
  neighbours.history.push(
    create(SplitEventSchema, { at: later(1), kind: 'weights', shares }),
    create(SplitEventSchema, { at: later(2), kind: 'disabled' }),
  );
  const { periods, flagChanges } = await (await asStats(principal)).plan(started.id);
  expect(periods.map(({ isPause, arms: [off] }) => [isPause, off?.expectedMilliPercent])).toEqual([
    [false, 50_000],
    [true, 50_000],
    [false, 50_000],
    [false, 30_000],
    [false, 50_000],
  ]);
  expect(flagChanges).toMatchObject([{ kind: 'disabled' }]);
  const { arms: halves, version } = await ask(principal).getExperiment({ key });
  expect(halves).toMatchObject([{ expectedMilliPercent: 50_000 }, { expectedMilliPercent: 50_000 }]);
  // Of two who saw the same version one changes the split, and the other is refused before it changes anything.
  const both = await Promise.allSettled(
    [60_000, 80_000].map((on) =>
      ask(principal).changeWeights({
        key,
        ifVersion: version,
        arms: [arms[0], arms[1]].map((arm, index) => ({ ...arm, expectedMilliPercent: index === 1 ? on : 100_000 - on })),
      }),
    ),
  );
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(neighbours.history.filter(({ kind }) => kind === 'weights')).toHaveLength(3);
});

test('A stop needs a choice, serves it, and leaves time for late data as long as the longest window', async () => {
  const { principal, key, started } = await running();
  const stop = (serve?: object) => ask(principal).stopExperiment({ key, ifVersion: started.version, serve } as never);
  expect(await refusalOf(stop())).toMatchObject({ code: 'VALIDATION_FAILED', paths: ['serve'] });
  expect(await refusalOf(stop({ kind: 'variant', variant: 'blue' }))).toMatchObject({ paths: ['serve.variant'] });
  expect(await refusalOf(stop({ kind: 'keep', note: 'n'.repeat(2_001) }))).toMatchObject({ paths: ['note'] });
  const { items } = await ask(principal).previewStop({ key });
  expect(items.map(({ serve, changesMilliPercent }) => [serve?.kind, serve?.variant, changesMilliPercent])).toEqual([
    ['keep', '', 0],
    ['variant', 'off', 50_000],
    ['variant', 'on', 50_000],
  ]);
  neighbours.served.length = 0;
  const stopped = await stop({ kind: 'variant', variant: 'on', note: 'It sells more.' });
  expect(neighbours.served).toEqual(['on']);
  expect(stopped).toMatchObject({ state: 'stopped', servedAfter: { kind: 'variant', variant: 'on', note: 'It sells more.' } });
  // Its metric counts for 72 hours.
  const hours = Number(stopped.graceUntil!.seconds - stopped.stoppedAt!.seconds) / 3_600;
  expect(hours).toBe(72);
  expect((await (await asStats(principal)).running()).items.map((one) => one.key)).toEqual([key]);
});

test('Harm stops an experiment that asks for it and serves the baseline, once for each iteration, and the audit log says who and why', async () => {
  const { principal, key, started } = await running({ analysis: { onHarm: 'serve-baseline' } });
  const stats = await asStats(principal);
  neighbours.served.length = 0;
  const earlier = { ...started, iterationId: randomUUID() };
  expect([await stats.harm(earlier), await stats.harm(started), await stats.harm(started)]).toMatchObject([
    { isStopped: false },
    { isStopped: true },
    { isStopped: false },
  ]);
  expect(neighbours.served).toEqual(['off']);
  const note = 'Stopped by the harm alarm: Errors got worse with on.';
  const stopped = await ask(principal).getExperiment({ key });
  expect(stopped).toMatchObject({ state: 'stopped', servedAfter: { kind: 'variant', variant: 'off', note } });
  const records = await database.inTenant(principal.organisationId!, (tx) =>
    tx.selectFrom('platform.audit').selectAll().where('action', 'like', 'experiment.stop%').orderBy('id').execute(),
  );
  expect(records.map(({ action, actor_id }) => [action, actor_id])).toEqual([
    ['experiment.stop', 'stats-service'],
    ['experiment.stopped', 'stats-service'],
  ]);
  expect(records[1]?.after).toMatchObject({ servedAfter: { note } });
});

test('Harm is told and changes nothing where the experiment does not ask for more', async () => {
  const { principal, key, started } = await running();
  expect(await (await asStats(principal)).harm(started)).toMatchObject({ isStopped: false });
  const changed = await ask(principal).updateExperiment({
    key,
    ifVersion: started.version,
    analysis: { onHarm: 'serve-baseline' },
  });
  expect(changed).toMatchObject({ state: 'running', analysis: { onHarm: 'serve-baseline' } });
  // What is asked for while it runs counts from then on.
  expect(await (await asStats(principal)).harm(started)).toMatchObject({ isStopped: true });
  expect(await refusalOf(ask(principal).createExperiment(recorded({ analysis: { onHarm: 'serve-baseline' } })))).toMatchObject({
    paths: ['analysis.onHarm'],
  });
});

test('A restart is a new iteration that is drawn anew, and how the earlier one ended stays readable', async () => {
  const { principal, key, started } = await running();
  await (await asStats(principal)).decide(started.iterationId, 'inconclusive');
  const stopped = await ask(principal).stopExperiment({ key, ifVersion: started.version, serve: { kind: 'keep' } });
  const again = await ask(principal).restartExperiment({ key, ifVersion: stopped.version });
  expect(again).toMatchObject({ state: 'running', iterationNumber: 2 });
  expect(again.stoppedAt).toBeUndefined();
  expect(neighbours.bound.get(again.iterationId)?.rerandomise).toBe(true);
  const { items } = await ask(principal).listIterations({ key });
  expect(items).toMatchObject([
    { number: 1, state: 'stopped', endedAs: 'inconclusive', reRandomised: false },
    { number: 2, state: 'running', endedAs: '', reRandomised: true },
  ]);
  const stats = await asStats(principal);
  expect((await stats.plan(started.id)).earlierVerdicts).toMatchObject([{ iterationNumber: 1, decision: 'inconclusive' }]);
  // Its grace period goes on: what it was measured by, and until when, is told beside the one that runs.
  const { iterationId, iterationNumber, metrics, graceUntil } = stopped;
  const ended = { iterationId, iterationNumber, state: 'stopped', metrics, graceUntil, stoppedAt: stopped.stoppedAt };
  expect((await stats.running()).items).toMatchObject([{ iterationId: again.iterationId, state: 'running' }, ended]);
  const plan = await stats.plan(started.id, 1);
  expect(plan).toMatchObject({ experiment: ended, to: stopped.stoppedAt, graceUntil, earlierVerdicts: [] });
  expect(plan.snapshotHash).toBe(items[0]?.snapshotHash);
  expect(await refusalOf(stats.plan(started.id, 3))).toMatchObject({ code: 'NOT_FOUND' });
});

test('What is archived is in no list and can not start until it is taken back', async () => {
  const principal = principalWith();
  const { key, version } = await ask(principal).createExperiment(onSplit());
  const archived = await ask(principal).archiveExperiment({ key, ifVersion: version });
  expect((await ask(principal).listExperiments({})).total).toBe(0);
  expect((await ask(principal).listExperiments({ archived: true })).total).toBe(1);
  expect(await refusalOf(ask(principal).startExperiment({ key, ifVersion: archived.version }))).toMatchObject({
    code: 'INVALID_STATE',
  });
  const back = await ask(principal).unarchiveExperiment({ key, ifVersion: archived.version });
  const started = await ask(principal).startExperiment({ key, ifVersion: back.version });
  expect(await refusalOf(ask(principal).archiveExperiment({ key, ifVersion: started.version }))).toMatchObject({
    code: 'INVALID_STATE',
  });
});

test('The checklist says of everything whether it is well, and what blocks is refused at the start by name', async () => {
  const { principal } = await running();
  const { key, version } = await ask(principal).createExperiment(
    onSplit({ plan: { minimumEffect: 0.02, plannedUnits: 1_000 }, analysis: { dimensions: ['plan', 'planet'] } }),
  );
  neighbours.volumes.set('purchase', 12);
  neighbours.eventKinds.set('purchase', ['device']);
  const { items, mayStart } = await ask(principal).getChecklist({ key });
  expect(mayStart).toBe(false);
  expect(Object.fromEntries(items.map(({ check, status }) => [check, status]))).toEqual({
    split: 'ok',
    baseline: 'ok',
    'flag-on': 'ok',
    overlap: 'blocks',
    metrics: 'ok',
    data: 'ok',
    unit: 'warning',
    power: 'ok',
    dimensions: 'warning',
  });
  expect(items.every(({ status, remedy }) => (status === 'ok') === (remedy === ''))).toBe(true);
  expect(await refusalOf(ask(principal).startExperiment({ key, ifVersion: version }))).toMatchObject({
    code: 'START_BLOCKED',
    paths: ['overlap'],
  });
  expect(await ask(principal).getExperiment({ key })).toMatchObject({ state: 'draft', version });
  neighbours.exposuresOn = 'delivery';
  expect((await ask(principal).getChecklist({ key })).items.at(-1)).toMatchObject({ check: 'deliveries', status: 'ok' });
});
