import { randomUUID } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { readDefinitions, registerEnvironment } from '@stitchd/db/platform';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { problemOf, type Principal } from '@stitchd/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { experimentationService } from './index.ts';
import { createNeighbours, metricKeys, neighbourDefinitions, splitRuleId } from './neighbours.test-support.ts';

const neighbours = createNeighbours();
let store: TestDatabase;
let database: Database;
let services: TestServices;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
  services = await startTestServices([...neighbourDefinitions(neighbours), experimentationService], {
    STITCHD_DATABASE_URL: store.url,
    STITCHD_EXPERIMENTATION_RECONCILE_INTERVAL: '50ms',
  });
});
afterAll(async () => {
  await services.stop();
  await database.close();
  await store.drop();
});

const refusalOf = async (asked: Promise<unknown>) => {
  const { code, detail, errors } = problemOf(
    await asked.then(() => new Error('it was not refused')).catch((error: unknown) => error),
  );
  return { code, detail, paths: errors.map(({ path }) => path) };
};

/** An environment of its own, and who asks in it. */
async function newPlace() {
  const principal = principalWith();
  const { organisationId = '', projectId = '', environmentId = '' } = principal;
  await database.inTenant(organisationId, (tx) => registerEnvironment(tx, { organisationId, projectId, environmentId }));
  const published = async (kind: string) => {
    const stored = await database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, 0));
    return (stored?.entities ?? []).filter((entity) => entity.kind === kind).map(({ body }) => JSON.parse(body));
  };
  const audited = async (id: string) => {
    const records = await database.inTenant(organisationId, (tx) =>
      tx.selectFrom('platform.audit').select(['action']).where('resource_id', '=', id).orderBy('id').execute(),
    );
    return records.map(({ action }) => action);
  };
  const as = (who: Principal) => ({
    layers: services.as(who, Layers),
    holdouts: services.as(who, Holdouts),
    experiments: services.as(who, Experiments),
  });
  const draft = (key: string, more: object = {}) =>
    as(principal).experiments.createExperiment({
      key,
      flagKey: 'checkout',
      baselineVariant: 'off',
      metrics: [{ key: 'purchase', role: 'primary' }],
      ...more,
    });
  return { principal, published, audited, as, draft, ...as(principal) };
}

test('Experiments get ranges of a layer that nobody else has, and what one gives back is free again', async () => {
  const { layers, audited, draft } = await newPlace();
  const created = await layers.createLayer({ key: 'prices', name: 'Prices' });
  expect(created).toMatchObject({ unitKind: 'user', slices: [], freeMilliPercent: 100_000, version: 1 });
  for (const key of ['first', 'second', 'third']) await draft(key);
  const allot = (experimentKey: string, shareMilliPercent: number, ifVersion: number) =>
    layers.allotShare({ key: 'prices', experimentKey, shareMilliPercent, ifVersion });
  await allot('first', 30_000, 1);
  await allot('second', 50_000, 2);
  const full = await allot('third', 20_000, 3);
  expect(full.slices.map(({ experimentKey, ranges }) => [experimentKey, ranges.map(({ from, to }) => [from, to])])).toEqual([
    ['first', [[0, 30_000]]],
    ['second', [[30_000, 80_000]]],
    ['third', [[80_000, 100_000]]],
  ]);
  expect(full.freeMilliPercent).toBe(0);
  const released = await layers.releaseShare({ key: 'prices', experimentKey: 'second', ifVersion: 4 });
  expect(released.freeMilliPercent).toBe(50_000);
  expect(await refusalOf(allot('second', 50_001, 5))).toMatchObject({
    code: 'CONFLICT',
    detail: expect.stringContaining('50 %'),
  });
  // Its own share counts as free for a new one.
  const grown = await allot('third', 70_000, 5);
  expect(grown.slices.at(-1)?.ranges).toMatchObject([{ from: 30_000, to: 100_000 }]);
  expect(await layers.getLayer({ key: 'prices' })).toEqual(grown);
  expect((await layers.listLayers({ page: { query: 'PRI' } })).items).toEqual([grown]);
  expect(await refusalOf(layers.deleteLayer({ key: 'prices', ifVersion: 6 }))).toMatchObject({ code: 'IN_USE' });
  expect(await audited(created.id)).toEqual(['layer.create', ...Array(3).fill('layer.allot'), 'layer.release', 'layer.allot']);
});

test('What two ask for at once is given to one, and the other is told that the layer changed', async () => {
  const { layers, draft } = await newPlace();
  await layers.createLayer({ key: 'l' });
  for (const key of ['a', 'b']) await draft(key);
  const asked = ['a', 'b'].map((experimentKey) =>
    layers.allotShare({ key: 'l', experimentKey, shareMilliPercent: 60_000, ifVersion: 1 }),
  );
  const outcomes = await Promise.allSettled(asked);
  const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
  expect(refused.map(({ reason }) => problemOf(reason).code)).toEqual(['VERSION_MISMATCH']);
  expect((await layers.getLayer({ key: 'l' })).freeMilliPercent).toBe(40_000);
});

test('While an experiment runs, what it has of a layer neither moves nor goes', async () => {
  const { layers, experiments, draft } = await newPlace();
  await layers.createLayer({ key: 'l' });
  await draft('runs');
  await layers.allotShare({ key: 'l', experimentKey: 'runs', shareMilliPercent: 10_000, ifVersion: 1 });
  const { state } = await experiments.startExperiment({ key: 'runs', ifVersion: 1 });
  expect(state).toBe('running');
  const slice = { key: 'l', unitKind: 'user', ranges: [{ from: 0, to: 10_000 }] };
  expect([...neighbours.bound.values()].at(-1)).toMatchObject({ layer: slice, baselineVariant: 'off', holdoutKeys: [] });
  const share = { key: 'l', experimentKey: 'runs', ifVersion: 2 };
  expect((await refusalOf(layers.allotShare({ ...share, shareMilliPercent: 20_000 }))).code).toBe('INVALID_STATE');
  expect((await refusalOf(layers.releaseShare(share))).code).toBe('INVALID_STATE');
  expect((await layers.getLayer({ key: 'l' })).slices).toMatchObject([
    { experimentKey: 'runs', experimentState: 'running', ranges: [{ from: 0, to: 10_000 }] },
  ]);
});

test('A share is free again when its experiment is stopped with a variant for everybody, or archived; a kept split keeps it', async () => {
  const { layers, experiments, draft } = await newPlace();
  await layers.createLayer({ key: 'l' });
  for (const [index, key] of ['ships', 'keeps'].entries()) {
    await draft(key);
    await layers.allotShare({ key: 'l', experimentKey: key, shareMilliPercent: 10_000, ifVersion: index + 1 });
  }
  const holders = async () => (await layers.getLayer({ key: 'l' })).slices.map(({ experimentKey }) => experimentKey);
  const stopped = async (key: string, serve: { kind: string; variant?: string }) => {
    const { version } = await experiments.startExperiment({ key, ifVersion: 1 });
    return experiments.stopExperiment({ key, ifVersion: version, serve });
  };
  await stopped('ships', { kind: 'variant', variant: 'on' });
  expect(await holders()).toEqual(['keeps']);
  const kept = await stopped('keeps', { kind: 'keep' });
  expect(await holders()).toEqual(['keeps']);
  await experiments.archiveExperiment({ key: 'keeps', ifVersion: kept.version });
  expect(await holders()).toEqual([]);
  expect((await layers.getLayer({ key: 'l' })).freeMilliPercent).toBe(100_000);
});

test('An experiment that a layer can not keep apart from others is not let in', async () => {
  const { layers, experiments, draft } = await newPlace();
  await layers.createLayer({ key: 'l' });
  await layers.createLayer({ key: 'other' });
  await draft('by-device', { ruleId: splitRuleId });
  await draft('elsewhere', {
    assignment: 'recorded',
    arms: ['off', 'on'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
  });
  await draft('fits');
  const allot = (key: string, experimentKey: string, shareMilliPercent: number, ifVersion = 1) =>
    layers.allotShare({ key, experimentKey, shareMilliPercent, ifVersion });
  expect((await refusalOf(allot('l', 'by-device', 1_000))).code).toBe('INVALID_STATE');
  expect((await refusalOf(allot('l', 'elsewhere', 1_000))).code).toBe('INVALID_STATE');
  expect((await refusalOf(allot('l', 'nothing', 1_000))).code).toBe('NOT_FOUND');
  expect((await refusalOf(allot('nothing', 'fits', 1_000))).code).toBe('NOT_FOUND');
  await draft('put-away');
  await experiments.archiveExperiment({ key: 'put-away', ifVersion: 1 });
  expect((await refusalOf(allot('l', 'put-away', 1_000))).code).toBe('INVALID_STATE');
  for (const share of [0, 99, 100_001])
    expect(await refusalOf(allot('l', 'fits', share))).toMatchObject({ paths: ['shareMilliPercent'] });
  await allot('l', 'fits', 100);
  expect((await refusalOf(allot('other', 'fits', 100))).code).toBe('CONFLICT');
  expect((await refusalOf(layers.releaseShare({ key: 'other', experimentKey: 'fits', ifVersion: 1 }))).code).toBe('NOT_FOUND');
});

test('A layer is named, renamed and deleted, by its version', async () => {
  const { layers } = await newPlace();
  await layers.createLayer({ key: 'l', unitKind: 'device' });
  expect((await refusalOf(layers.createLayer({ key: 'l' }))).code).toBe('ALREADY_EXISTS');
  for (const [request, path] of [
    [{ key: 'Not A Key' }, 'key'],
    [{ key: 'k', name: 'n'.repeat(201) }, 'name'],
    [{ key: 'k', description: 'd'.repeat(4_001) }, 'description'],
    [{ key: 'k', unitKind: 'u'.repeat(101) }, 'unitKind'],
  ] as const)
    expect(await refusalOf(layers.createLayer(request))).toMatchObject({ code: 'VALIDATION_FAILED', paths: [path] });
  await layers.createLayer({ key: 'k', name: 'n'.repeat(200), description: 'd'.repeat(4_000), unitKind: 'u'.repeat(100) });
  expect(await layers.updateLayer({ key: 'l', name: 'New', ifVersion: 1 })).toMatchObject({ name: 'New', unitKind: 'device' });
  expect((await refusalOf(layers.updateLayer({ key: 'l', name: 'x', ifVersion: 1 }))).code).toBe('VERSION_MISMATCH');
  await layers.deleteLayer({ key: 'l', ifVersion: 2 });
  expect((await layers.listLayers({})).items.map(({ key }) => key)).toEqual(['k']);
});

const fivePercent = { key: 'h', shareMilliPercent: 5_000, metricKeys: ['purchase'] };

test('A holdout is published while it runs, with its share as the lowest buckets, and never returns', async () => {
  const { holdouts, published, audited } = await newPlace();
  neighbours.metricVersions.set('purchase', 3);
  const draft = await holdouts.createHoldout({ ...fivePercent, name: 'Half a year', exceptFlagKeys: ['legal'] });
  expect(draft).toMatchObject({ state: 'draft', unitKind: 'user', alpha: 0.05, metricVersions: [], exceptFlagKeys: ['legal'] });
  expect(await published('holdout')).toEqual([]);
  expect(await holdouts.updateHoldout({ key: 'h', shareMilliPercent: 4_000, ifVersion: 1 })).toMatchObject({ version: 2 });
  const running = await holdouts.startHoldout({ key: 'h', ifVersion: 2 });
  expect(running).toMatchObject({ state: 'running', metricVersions: [{ key: 'purchase', version: 3 }] });
  expect(await published('holdout')).toEqual([
    { key: 'h', contextKind: 'user', salt: expect.stringMatching(/^[0-9a-f]{16}$/), ranges: [{ from: 0, to: 4_000 }] },
  ]);
  expect((await refusalOf(holdouts.startHoldout({ key: 'h', ifVersion: 3 }))).code).toBe('INVALID_STATE');
  expect((await refusalOf(holdouts.updateHoldout({ key: 'h', shareMilliPercent: 5_000, ifVersion: 3 }))).code).toBe(
    'INVALID_STATE',
  );
  // A metric that joins later is measured by its definition of then, the others by theirs.
  neighbours.metricVersions.set('purchase', 4);
  const more = await holdouts.updateHoldout({ key: 'h', metricKeys: { items: [...metricKeys] }, ifVersion: 3 });
  expect(more.metricVersions.map(({ key, version }) => [key, version])).toEqual([
    ['purchase', 3],
    ['revenue', 1],
  ]);
  expect((await refusalOf(holdouts.deleteHoldout({ key: 'h', ifVersion: 4 }))).code).toBe('INVALID_STATE');
  expect(await holdouts.endHoldout({ key: 'h', ifVersion: 4 })).toMatchObject({ state: 'ended', coveredFlagKeys: [] });
  expect(await published('holdout')).toEqual([]);
  expect((await refusalOf(holdouts.endHoldout({ key: 'h', ifVersion: 5 }))).code).toBe('INVALID_STATE');
  expect((await refusalOf(holdouts.updateHoldout({ key: 'h', metricKeys: { items: [] }, ifVersion: 5 }))).code).toBe(
    'INVALID_STATE',
  );
  expect(await holdouts.updateHoldout({ key: 'h', name: 'Past', ifVersion: 5 })).toMatchObject({ name: 'Past' });
  expect((await refusalOf(holdouts.createHoldout(fivePercent))).code).toBe('ALREADY_EXISTS');
  expect(await audited(draft.id)).toEqual(
    ['create', 'update', 'start', 'update', 'end', 'update'].map((action) => `holdout.${action}`),
  );
});

test('An experiment that starts is covered by the holdouts that run then, the oldest first, but for those that leave its flag alone', async () => {
  const { holdouts, experiments, draft } = await newPlace();
  for (const [key, exceptFlagKeys] of [
    ['z-oldest', []],
    ['leaves-it', ['checkout']],
    ['newest', ['other']],
  ] as const) {
    await holdouts.createHoldout({ ...fivePercent, key, exceptFlagKeys: [...exceptFlagKeys] });
    await holdouts.startHoldout({ key, ifVersion: 1 });
  }
  await holdouts.createHoldout({ ...fivePercent, key: 'draft' });
  await draft('covered');
  await experiments.startExperiment({ key: 'covered', ifVersion: 1 });
  const bound = [...neighbours.bound.values()].at(-1);
  expect(bound).toMatchObject({ baselineVariant: 'off', holdoutKeys: ['z-oldest', 'newest'] });
  expect(bound?.layer).toBeUndefined();
});

test('The preview of a stop counts who is in the layer and enrolled, and leaves out whom a running holdout holds', async () => {
  const { holdouts, experiments, draft } = await newPlace();
  for (const key of ['h', 'ended']) {
    await holdouts.createHoldout({ ...fivePercent, key, shareMilliPercent: 20_000 });
    await holdouts.startHoldout({ key, ifVersion: 1 });
  }
  await draft('seen');
  await experiments.startExperiment({ key: 'seen', ifVersion: 1 });
  await holdouts.endHoldout({ key: 'ended', ifVersion: 2 });
  const before = neighbours.configuration.document;
  const { defaultServe } = before;
  if (!('split' in defaultServe)) throw new Error('the neighbours serve a split by default');
  // As flag-service has it: half of a layer, of which two fifths are enrolled, under both holdouts.
  const split = {
    ...defaultServe.split,
    layer: { key: 'l', salt: '0'.repeat(16), ranges: [{ from: 25_000, to: 75_000 }] },
    enrol: { salt: '1'.repeat(16), ranges: [{ from: 0, to: 40_000 }], otherwise: 'off' },
    holdouts: ['h', 'ended'].map((holdout) => ({ holdout, baseline: 'off' })),
  };
  neighbours.configuration.document = { ...before, defaultServe: { split } };
  const { items } = await experiments.previewStop({ key: 'seen' });
  neighbours.configuration.document = before;
  const told = items.map(({ serve, staysMilliPercent, moves }) => [
    serve?.variant,
    staysMilliPercent,
    moves.map(({ from, milliPercent }) => [from, milliPercent]),
  ]);
  // Of the free four fifths 16 points are enrolled, half in each arm; the other 64 see what `off` serves.
  expect(told).toEqual([
    ['', 100_000, []],
    ['off', 92_000, [['on', 8_000]]],
    ['on', 28_000, [['off', 72_000]]],
  ]);
});

test('A holdout ends by itself when its time has come', async () => {
  const { holdouts, published } = await newPlace();
  const soon = timestampFromDate(new Date(Date.now() + 400));
  await holdouts.createHoldout({ ...fivePercent, endsAt: soon });
  await holdouts.startHoldout({ key: 'h', ifVersion: 1 });
  await expect.poll(async () => (await holdouts.getHoldout({ key: 'h' })).state, { timeout: 10_000 }).toBe('ended');
  expect(await published('holdout')).toEqual([]);
  await holdouts.createHoldout({ ...fivePercent, key: 'later', endsAt: timestampFromDate(new Date(Date.now() + 3_600_000)) });
  expect(await holdouts.updateHoldout({ key: 'later', endsAt: {}, ifVersion: 1 })).not.toHaveProperty('endsAt.seconds');
  await holdouts.deleteHoldout({ key: 'later', ifVersion: 2 });
  expect((await holdouts.listHoldouts({ state: 'ended' })).items.map(({ key }) => key)).toEqual(['h']);
  expect((await holdouts.listHoldouts({})).total).toBe(1);
});

test('A holdout within its limits is made, and one beyond them refused with the place', async () => {
  const { holdouts } = await newPlace();
  const many = (count: number) => Array.from({ length: count }, (_, index) => `f${index}`);
  const beyond: readonly (readonly [Parameters<typeof holdouts.createHoldout>[0], string])[] = [
    [{ shareMilliPercent: 99 }, 'shareMilliPercent'],
    [{ shareMilliPercent: 20_001 }, 'shareMilliPercent'],
    [{ exceptFlagKeys: many(101) }, 'exceptFlagKeys'],
    [{ exceptFlagKeys: ['a', 'a'] }, 'exceptFlagKeys'],
    [{ exceptFlagKeys: ['No Key'] }, 'exceptFlagKeys[0]'],
    [{ metricKeys: ['purchase', 'nothing'] }, 'metricKeys[1]'],
    [{ metricKeys: many(21) }, 'metricKeys'],
    [{ alpha: 0.5 }, 'alpha'],
    [{ endsAt: timestampFromDate(new Date(Date.now() - 1)) }, 'endsAt'],
    [{ name: 'n'.repeat(201) }, 'name'],
    [{ description: 'd'.repeat(4_001) }, 'description'],
    [{ unitKind: 'u'.repeat(101) }, 'unitKind'],
    [{ key: '' }, 'key'],
  ];
  for (const [more, path] of beyond)
    expect(await refusalOf(holdouts.createHoldout({ ...fivePercent, ...more }))).toMatchObject({
      code: 'VALIDATION_FAILED',
      paths: expect.arrayContaining([path]),
    });
  expect((await refusalOf(holdouts.listHoldouts({ state: 'odd' }))).code).toBe('VALIDATION_FAILED');
  await holdouts.createHoldout({ ...fivePercent, key: 'least', shareMilliPercent: 100, exceptFlagKeys: many(100) });
  const more = { key: 'least', metricKeys: { items: many(21) }, ifVersion: 1 };
  expect(await refusalOf(holdouts.updateHoldout(more))).toMatchObject({ paths: ['metricKeys'] });
  await holdouts.createHoldout({ ...fivePercent, key: 'most', shareMilliPercent: 20_000, metricKeys: [] });
});

test('Ten holdouts run in an environment at once, and no more', async () => {
  const { holdouts } = await newPlace();
  for (let number = 0; number < 10; number++) {
    await holdouts.createHoldout({ ...fivePercent, key: `h${number}` });
    await holdouts.startHoldout({ key: `h${number}`, ifVersion: 1 });
  }
  await holdouts.createHoldout({ ...fivePercent, key: 'more' });
  expect((await refusalOf(holdouts.startHoldout({ key: 'more', ifVersion: 1 }))).code).toBe('CONFLICT');
  await holdouts.endHoldout({ key: 'h3', ifVersion: 2 });
  expect((await holdouts.startHoldout({ key: 'more', ifVersion: 1 })).state).toBe('running');
});

test('Another environment finds neither, and a viewer changes neither', async () => {
  const { layers, holdouts, as, principal } = await newPlace();
  await layers.createLayer({ key: 'l' });
  await holdouts.createHoldout(fivePercent);
  for (const other of [principalWith(), principalWith({ organisationId: principal.organisationId! })]) {
    expect((await refusalOf(as(other).layers.getLayer({ key: 'l' }))).code).toBe('NOT_FOUND');
    expect((await refusalOf(as(other).holdouts.getHoldout({ key: 'h' }))).code).toBe('NOT_FOUND');
    expect((await as(other).layers.listLayers({})).total + (await as(other).holdouts.listHoldouts({})).total).toBe(0);
  }
  const viewer = as({ ...principal, role: 'viewer' });
  expect((await viewer.layers.getLayer({ key: 'l' })).key).toBe('l');
  expect((await refusalOf(viewer.layers.createLayer({ key: randomUUID() }))).code).toBe('PERMISSION_DENIED');
  expect((await refusalOf(viewer.holdouts.startHoldout({ key: 'h', ifVersion: 1 }))).code).toBe('PERMISSION_DENIED');
});
