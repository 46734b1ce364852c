import { randomUUID } from 'node:crypto';
import { fromBinary } from '@bufbuild/protobuf';
import { createReplica, evaluate } from '@stitchd/core';
import { registerEnvironment } from '@stitchd/db/platform';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { flagService } from '@stitchd/flag-service';
import { Definitions, Flags } from '@stitchd/proto/flag/v1/flag';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { segmentationService } from '@stitchd/segmentation-service';
import { problemOf } from '@stitchd/service-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from './support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from './support/test-services.ts';

let store: TestDatabase;
let database: Database;
let services: TestServices;
beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
  services = await startTestServices([flagService, segmentationService], { STITCHD_DATABASE_URL: store.url });
});
afterAll(async () => {
  await services.stop();
  await database.close();
  await store.drop();
});

async function newEnvironment() {
  const owner = principalWith();
  const { organisationId = '', projectId = '', environmentId = '' } = owner;
  await database.inTenant(organisationId, (tx) => registerEnvironment(tx, { environmentId, projectId, organisationId }));
  return { environmentId, flags: services.as(owner, Flags), segments: services.as(owner, Segments) };
}

/** Follows an environment as a gateway does. */
function follow(environmentId: string) {
  const replica = createReplica();
  const stopping = new AbortController();
  const text = new TextDecoder();
  const run = async (): Promise<void> => {
    for await (const { syncMessage } of services
      .as('gateway', Definitions)
      .watch({ environmentId }, { signal: stopping.signal })) {
      const message = fromBinary(SyncMessageSchema, syncMessage);
      replica.apply({ ...message, entities: message.entities.map((entity) => ({ ...entity, body: text.decode(entity.body) })) });
    }
  };
  const ended = run().catch(() => undefined);
  const serves = (flagKey: string, targetingKey: string) =>
    evaluate(replica.compiled, flagKey, { targetingKey }, undefined, 'fallback').variant;
  return {
    revision: () => replica.revision,
    until: (flagKey: string, targetingKey: string, variant: string) =>
      expect.poll(() => serves(flagKey, targetingKey), { timeout: 20_000, interval: 10 }).toBe(variant),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  const outcome = await call.then(
    () => 'done',
    (error: unknown) => problemOf(error).code,
  );
  return outcome;
}

test('A key that is put on a list, short or long, changes what a flag serves to it', async () => {
  const { environmentId, flags, segments } = await newEnvironment();
  const watched = follow(environmentId);
  await segments.createSegment({ key: 'beta', type: 'list', included: ['u-1'] });
  await flags.createFlag({ key: 'checkout', type: 'boolean' });
  const rules = [{ when: { inSegment: 'beta' }, serve: { variant: 'on' } }];
  await flags.updateConfiguration({
    flagKey: 'checkout',
    document: { rules, defaultServe: { variant: 'off' } },
    enabled: true,
    ifVersion: 1,
  });
  await watched.until('checkout', 'u-1', 'on');
  await watched.until('checkout', 'u-2', 'off');
  const many = Array.from({ length: 10_000 }, (_, index) => `member-${index}`);
  await segments.changeListKeys({ key: 'beta', side: 'included', add: ['u-2', ...many] });
  await watched.until('checkout', 'u-2', 'on');
  await watched.until('checkout', 'member-9999', 'on');
  await segments.changeListKeys({ key: 'beta', side: 'excluded', add: ['u-2'] });
  await watched.until('checkout', 'u-2', 'off');
  expect((await segments.getSegment({ key: 'beta' })).usedBy).toEqual(['flag:checkout']);
  expect(await codeOf(segments.deleteSegment({ key: 'beta', ifVersion: 3 }))).toBe('IN_USE');
  await watched.stop();
});

test('A segment may ask what a flag serves, and flags and segments can not need each other in a circle', async () => {
  const { flags, segments } = await newEnvironment();
  await flags.createFlag({ key: 'checkout', type: 'boolean' });
  await flags.createFlag({ key: 'basket', type: 'boolean' });
  const flagIs = (flag: string, variant = 'on') => ({ flagIs: { flag, variants: [variant] } });
  expect(await codeOf(segments.createSegment({ key: 's', type: 'rule', when: flagIs('nowhere') }))).toBe('VALIDATION_FAILED');
  expect(await codeOf(segments.createSegment({ key: 's', type: 'rule', when: flagIs('basket', 'blue') }))).toBe(
    'VALIDATION_FAILED',
  );
  await segments.createSegment({ key: 's', type: 'rule', when: flagIs('basket') });

  const needs = (flagKey: string, segment: string) =>
    flags.updateConfiguration({
      flagKey,
      document: { rules: [{ when: { inSegment: segment }, serve: { variant: 'on' } }] },
      ifVersion: 1,
    });
  await needs('checkout', 's');
  expect(await codeOf(needs('basket', 's'))).toBe('PREREQUISITE_CYCLE');
  expect(await codeOf(segments.updateSegment({ key: 's', when: flagIs('checkout'), ifVersion: 1 }))).toBe('SEGMENT_CYCLE');
  expect(await codeOf(flags.archiveFlag({ key: 'basket', ifVersion: 1 }))).toBe('IN_USE');
});

test('Changes of flags and segments at once are all published, each under a revision of its own', async () => {
  const { environmentId, flags, segments } = await newEnvironment();
  const watched = follow(environmentId);
  await Promise.all([
    ...Array.from({ length: 4 }, (_, index) => flags.createFlag({ key: `flag-${index}`, type: 'boolean' })),
    ...Array.from({ length: 4 }, (_, index) =>
      segments.createSegment({ key: `list-${index}`, type: 'list', included: [randomUUID()] }),
    ),
  ]);
  for (const index of [0, 1, 2, 3]) {
    const rules = [{ when: { not: { inSegment: `list-${index}` } }, serve: { variant: 'on' } }];
    await flags.updateConfiguration({
      flagKey: `flag-${index}`,
      document: { rules, defaultServe: { variant: 'off' } },
      enabled: true,
      ifVersion: 1,
    });
    await watched.until(`flag-${index}`, 'somebody', 'on');
  }
  // Eight creations and four configurations, and the signing secret.
  expect(watched.revision()).toBe(13n);
  await watched.stop();
});
