import { randomUUID } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Analysis, Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { problemOf, type Principal } from '@stitchd/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { experimentationService } from './index.ts';
import { archivedMetricKey, createNeighbours, neighbourDefinitions, splitRuleId } from './neighbours.test-support.ts';

let store: TestDatabase;
let database: Database;
let services: TestServices;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
  services = await startTestServices([...neighbourDefinitions(createNeighbours()), experimentationService], {
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
