import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { checksumOf, uuidv7, writeDefinitionsDocument, type FlagConfiguration } from '@stitchd/core';
import { readDefinitions, registerEnvironment } from '@stitchd/db/platform';
import { createDatabase } from '@stitchd/db/postgres';
import { eventService } from '@stitchd/event-service';
import { experimentationService } from '@stitchd/experimentation-service';
import { flagService } from '@stitchd/flag-service';
import { EventDefinitions, Ingestion, Metrics } from '@stitchd/proto/event/v1/event';
import { Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { Holdouts } from '@stitchd/proto/experiment/v1/holdouts';
import { Layers } from '@stitchd/proto/experiment/v1/layers';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { createTestClient } from '@stitchd/sdk';
import { problemOf, type Principal } from '@stitchd/service-kit';
import { statsService, type ExperimentResults } from '@stitchd/stats-service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { createTestEventStore, type TestEventStore } from '../support/test-event-store.ts';
import { principalWith, startTestServices, type TestServices } from '../support/test-services.ts';

let store: TestDatabase;
let eventStore: TestEventStore;
let directory: string;
let services: TestServices;
const organisationId = randomUUID();
const projectId = randomUUID();

beforeAll(async () => {
  [store, eventStore] = await Promise.all([createTestDatabase(), createTestEventStore()]);
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-experiments-test-'));
  services = await startTestServices([flagService, eventService, experimentationService, statsService], {
    STITCHD_DATABASE_URL: store.url,
    STITCHD_CLICKHOUSE_URL: eventStore.url,
    STITCHD_DATA_DIR: directory,
    STITCHD_EVENTS_ACK: 'clickhouse',
  });
  const person = principalWith({ organisationId, projectId });
  await services.as(person, EventDefinitions).createEventDefinition({ key: 'purchase', valueType: 'double' });
  const metric = (type: string) => ({ type, event: 'purchase', windowHours: 0 });
  await services.as(person, Metrics).createMetric({ key: 'bought', definition: metric('conversion') });
  await services.as(person, Metrics).createMetric({ key: 'revenue', definition: metric('sum') });
});
afterAll(async () => {
  await services?.stop();
  await eventStore.drop();
  await store.drop();
  await rm(directory, { recursive: true, force: true });
});

/** An environment with a boolean flag whose default serve is a split in halves. */
async function newEnvironment(): Promise<{ person: Principal; flagKey: string }> {
  const person = principalWith({ organisationId, projectId });
  const environmentId = person.environmentId ?? '';
  const database = createDatabase({ url: store.url, applicationName: 'test' });
  await database.inTenant(organisationId, (tx) => registerEnvironment(tx, { environmentId, projectId, organisationId }));
  await database.close();
  const flagKey = `checkout-${environmentId.slice(0, 8)}`;
  await services.as(person, Flags).createFlag({ key: flagKey, type: 'boolean' });
  const { document, version } = await services.as(person, Flags).getConfiguration({ flagKey });
  const split = { contextKind: 'user', weights: { off: 50_000, on: 50_000 } };
  await services.as(person, Flags).updateConfiguration({
    flagKey,
    enabled: true,
    document: { ...document, defaultServe: { split } },
    ifVersion: version,
  });
  return { person, flagKey };
}

const primary = (key: string) => ({ key, role: 'primary' });

const splitOf = async (person: Principal, flagKey: string) => {
  const { document } = await services.as(person, Flags).getConfiguration({ flagKey });
  const { defaultServe } = document as unknown as FlagConfiguration;
  return 'split' in defaultServe ? defaultServe.split : undefined;
};

async function send(person: Principal, items: readonly object[]): Promise<void> {
  const { environmentId = '' } = person;
  const key: Principal = {
    kind: 'sdk-key',
    id: randomUUID(),
    name: 'key',
    keyKind: 'server',
    organisationId,
    projectId,
    environmentId,
  };
  const body = new TextEncoder().encode(JSON.stringify({ sentAt: Date.now(), items }));
  const { accepted, rejected } = await services.as(key, Ingestion).ingest({ body });
  expect({ accepted, rejected }).toEqual({ accepted: items.length, rejected: [] });
}

const item = (unit: string, at = Date.now()) => ({ id: uuidv7(at, randomBytes(10)), at, context: { user: unit } });

async function computed(person: Principal, experimentId: string): Promise<ExperimentResults> {
  const { id } = await services.as(person, Results).recompute({ experimentId });
  await expect
    .poll(async () => (await services.as(person, Results).getJob({ id })).state, { timeout: 60_000 })
    .toMatch(/succeeded|failed/);
  expect(await services.as(person, Results).getJob({ id })).toMatchObject({ state: 'succeeded', errorMessage: '' });
  const { results } = await services.as(person, Results).getResults({ experimentId });
  return JSON.parse(Buffer.from(results).toString('utf8')) as ExperimentResults;
}

test('An experiment from its draft to its stop: it protects its split, counts its exposures, and changes nothing that users see', async () => {
  const { person, flagKey } = await newEnvironment();
  const ask = services.as(person, Experiments);
  const draft = {
    key: 'first',
    flagKey,
    baselineVariant: 'off',
    metrics: [primary('bought'), { key: 'revenue', role: 'secondary' }],
  };
  const { id } = await ask.createExperiment(draft);
  const before = await splitOf(person, flagKey);
  const { iterationId, version } = await ask.startExperiment({ key: 'first', ifVersion: 1 });
  expect(await splitOf(person, flagKey)).toEqual({ ...before, iterationId });

  const exposure = (unit: string, variant: string, more: object = {}) => ({
    ...item(unit),
    type: 'exposure',
    flag: flagKey,
    variant,
    split: before?.id,
    iterationId,
    ...more,
  });
  const units = Array.from({ length: 60 }, (_, index) => ({ unit: `u-${index}`, variant: index % 2 === 0 ? 'off' : 'on' }));
  const exposures = units.map(({ unit, variant }) => exposure(unit, variant));
  await send(person, [
    ...exposures,
    exposure('stranger', 'on', { iterationId: randomUUID() }),
    exposure('nobody', 'on', { iterationId: undefined }),
  ]);
  const purchases = units
    .slice(0, 30)
    .map(({ unit }, index) => ({ ...item(unit), type: 'event', key: 'purchase', value: index }));
  await send(person, purchases);
  // A retry of a batch that had arrived.
  await send(person, purchases);

  const results = await computed(person, id);
  expect(Object.fromEntries(results.arms.map(({ variant, units: count }) => [variant, count]))).toEqual({ off: 30, on: 30 });
  const sums = results.metrics.map((metric) =>
    metric.kind === 'computed' ? Object.fromEntries(metric.arms.map(({ variant, sum }) => [variant, sum])) : metric.failure,
  );
  expect(sums).toEqual([
    { off: 15, on: 15 },
    { off: 210, on: 225 },
  ]);

  const stopped = await ask.stopExperiment({ key: 'first', ifVersion: version, serve: { kind: 'keep' } });
  expect(stopped.state).toBe('stopped');
  expect(await splitOf(person, flagKey)).toEqual(before);
  await send(person, [exposure('late', 'on')]);
  const final = await computed(person, id);
  expect(final.arms.reduce((sum, { units: count }) => sum + count, 0)).toBe(60);
  expect(Date.parse(final.to)).toBeLessThan(Date.parse(final.dataUntil));
});

test('A second experiment can not start on a split that one runs on, and says why', async () => {
  const { person, flagKey } = await newEnvironment();
  const ask = services.as(person, Experiments);
  const draft = { flagKey, baselineVariant: 'off', metrics: [primary('bought')] };
  await ask.createExperiment({ ...draft, key: 'one' });
  await ask.createExperiment({ ...draft, key: 'two' });
  const { version } = await ask.startExperiment({ key: 'one', ifVersion: 1 });
  const refused = await ask.startExperiment({ key: 'two', ifVersion: 1 }).catch((error: unknown) => error);
  expect(problemOf(refused)).toMatchObject({ code: 'START_BLOCKED', errors: [{ path: 'overlap' }] });
  const two = await ask.getExperiment({ key: 'two' });
  expect(two).toMatchObject({ state: 'draft', version: 1 });
  await ask.stopExperiment({ key: 'one', ifVersion: version, serve: { kind: 'keep' } });
  expect((await ask.startExperiment({ key: 'two', ifVersion: two.version })).state).toBe('running');
});

test('Arms that were assigned elsewhere are those that exposures name, in the period that was asked for', async () => {
  const { person, flagKey } = await newEnvironment();
  const ask = services.as(person, Experiments);
  const fromMs = Date.now() - 3 * 86_400_000;
  const timestamp = (ms: number) => ({ seconds: BigInt(Math.floor(ms / 1_000)), nanos: (ms % 1_000) * 1_000_000 });
  const { id } = await ask.createExperiment({
    key: 'recorded',
    flagKey,
    assignment: 'recorded',
    baselineVariant: 'off',
    arms: ['off', 'on'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
    metrics: [primary('bought')],
    periodFrom: timestamp(fromMs),
    periodTo: timestamp(fromMs + 86_400_000),
  });
  const { iterationId } = await ask.startExperiment({ key: 'recorded', ifVersion: 1 });
  const exposure = (unit: string, at: number) => ({
    ...item(unit, at),
    type: 'exposure',
    flag: flagKey,
    variant: 'on',
    iterationId,
  });
  await send(person, [exposure('before', fromMs - 1), exposure('first', fromMs), exposure('after', fromMs + 86_400_000)]);
  await send(person, [{ ...item('first', fromMs + 1), type: 'event', key: 'purchase', value: 1 }]);
  const { arms, metrics } = await computed(person, id);
  expect(arms.map(({ variant, units }) => [variant, units])).toEqual([
    ['off', 0],
    ['on', 1],
  ]);
  expect(metrics).toMatchObject([{ kind: 'computed', arms: [{ sum: 0 }, { sum: 1 }] }]);
});

/** An application with the definitions that the environment has published now. */
async function application({ environmentId = '' }: Principal) {
  const database = createDatabase({ url: store.url, applicationName: 'test' });
  const stored = await database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, 0));
  await database.close();
  const entities = stored?.entities ?? [];
  const state = { revision: BigInt(stored?.revision ?? 0), checksum: checksumOf(entities), entities: () => entities.values() };
  return createTestClient({ document: writeDefinitionsDocument(state, environmentId) });
}

const largestBatch = 1_000;

async function sendAll(person: Principal, items: readonly object[]): Promise<void> {
  for (let begin = 0; begin < items.length; begin += largestBatch) await send(person, items.slice(begin, begin + largestBatch));
}

const unitsOfArms = ({ arms }: ExperimentResults) => Object.fromEntries(arms.map(({ variant, units }) => [variant, units]));

test('A holdout keeps its units from an experiment in a layer and from what it ships, measures both sides, and alarms nobody', async () => {
  const { person, flagKey } = await newEnvironment();
  const experiments = services.as(person, Experiments);
  const holdouts = services.as(person, Holdouts);
  const layers = services.as(person, Layers);
  const holdout = await holdouts.createHoldout({ key: 'h', shareMilliPercent: 20_000, metricKeys: ['bought'] });
  await holdouts.startHoldout({ key: 'h', ifVersion: 1 });
  const { id } = await experiments.createExperiment({
    key: 'apart',
    flagKey,
    baselineVariant: 'off',
    metrics: [primary('bought')],
  });
  await layers.createLayer({ key: 'l' });
  await layers.allotShare({ key: 'l', experimentKey: 'apart', shareMilliPercent: 50_000, ifVersion: 1 });
  const { version, iterationId } = await experiments.startExperiment({ key: 'apart', ifVersion: 1 });
  expect((await holdouts.getHoldout({ key: 'h' })).coveredFlagKeys).toEqual([flagKey]);

  const users = Array.from({ length: 1_500 }, (_, index) => `u-${index}`);
  const read = async (some: readonly string[]) => {
    const client = await application(person);
    const values = new Map(some.map((unit) => [unit, client.boolean(flagKey, { targetingKey: unit }, false)]));
    const exposures = client.exposures();
    await sendAll(person, exposures);
    return { values, exposures };
  };
  const first = await read(users);
  const held = first.exposures.filter((exposure) => exposure.holdout === 'h');
  const enrolled = first.exposures.filter((exposure) => exposure.iterationId === iterationId);
  expect(held.length + enrolled.length).toBe(first.exposures.length);
  // A fifth of what the layer lets in, which is half of everybody: the held and the free among those, and no others.
  expect(first.exposures.length).toBeGreaterThan(675);
  expect(first.exposures.length).toBeLessThan(825);
  expect(held.length / first.exposures.length).toBeGreaterThan(0.15);
  expect(held.length / first.exposures.length).toBeLessThan(0.25);
  for (const { context, variant } of held) expect([variant, first.values.get(context['user'] ?? '')]).toEqual(['off', false]);
  await sendAll(
    person,
    held.slice(0, 30).map(({ context }) => ({ ...item(context['user'] ?? ''), type: 'event', key: 'purchase', value: 1 })),
  );

  const arms = unitsOfArms(await computed(person, id));
  expect((arms['off'] ?? 0) + (arms['on'] ?? 0)).toBe(enrolled.length);
  const measured = await computed(person, holdout.id);
  expect(unitsOfArms(measured)).toEqual({ held: held.length, free: enrolled.length });
  expect(measured).toMatchObject({ experimentKey: 'h', unitKind: 'user', baselineVariant: 'held' });
  expect(JSON.stringify(measured.metrics)).not.toContain('METRIC_NOT_FOUND');

  await experiments.stopExperiment({ key: 'apart', ifVersion: version, serve: { kind: 'variant', variant: 'on' } });
  const shipped = await read(users);
  const stillHeld = shipped.exposures.filter((exposure) => exposure.holdout === 'h');
  expect(shipped.exposures).toHaveLength(users.length);
  for (const [unit, value] of shipped.values)
    expect(value, unit).toBe(!stillHeld.some(({ context }) => context['user'] === unit));
  expect(unitsOfArms(await computed(person, holdout.id))).toEqual({
    held: stillHeld.length,
    free: users.length - stillHeld.length,
  });

  await holdouts.endHoldout({ key: 'h', ifVersion: 2 });
  const after = await read(users.slice(0, 100));
  expect([...after.values.values()].every(Boolean)).toBe(true);
  expect(after.exposures).toEqual([]);
});
