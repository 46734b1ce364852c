import { randomUUID } from 'node:crypto';
import { checksumOf, createReplica, evaluate, type Replica } from '@stitchd/core';
import { changeEnvironments, readDefinitions, registerEnvironment } from '@stitchd/db/platform';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { problemOf, type Principal } from '@stitchd/service-kit';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { segmentationService } from './index.ts';

/** A real segmentation-service on a database of its own. */
export interface SegmentWorld {
  readonly database: Database;
  readonly services: TestServices;
  readonly stop: () => Promise<void>;
}

export async function startSegmentWorld(settings: Readonly<Record<string, string>> = {}): Promise<SegmentWorld> {
  const store = await createTestDatabase();
  const database = createDatabase({ url: store.url, applicationName: 'test', maxConnections: 4 });
  const services = await startTestServices([segmentationService], { STITCHD_DATABASE_URL: store.url, ...settings });
  return {
    database,
    services,
    async stop() {
      await services.stop();
      await database.close();
      await store.drop();
    },
  };
}

/** A new environment, a person who may do everything in it, and what its SDKs would hold. */
export async function newEnvironment({ database, services }: SegmentWorld) {
  const [organisationId, projectId, environmentId] = [randomUUID(), randomUUID(), randomUUID()];
  await database.inTenant(organisationId, (tx) => registerEnvironment(tx, { environmentId, projectId, organisationId }));
  const owner: Principal = principalWith({ organisationId, projectId, environmentId });
  const replica = createReplica();
  return {
    owner,
    segments: services.as(owner, Segments),
    replica,
    /** Lets the replica take in what was published since it last did. */
    sync: () => syncReplica(database, owner, replica),
    /** Publishes a flag as its owner would: it serves `in` to members of a segment and `out` to others. */
    publishFlag: (segmentKey: string, flagKey = 'asks') => publishFlag(database, owner, segmentKey, flagKey),
    serves: (targetingKey: string, flagKey = 'asks') =>
      evaluate(replica.compiled, flagKey, { targetingKey }, undefined, 'fallback').variant ?? 'unknown',
  };
}

/** @returns how many entities and bytes came */
async function syncReplica(database: Database, owner: Principal, replica: Replica) {
  const { organisationId = '', environmentId = '' } = owner;
  const read = (from: number) => database.inTenant(organisationId, (tx) => readDefinitions(tx, environmentId, from));
  const [stored, whole] = [await read(Number(replica.revision)), await read(0)];
  if (stored === undefined || whole === undefined) throw new Error('the environment is there');
  const outcome = replica.apply({ ...stored, last: true, checksum: checksumOf(whole.entities) });
  if (outcome.kind !== 'applied') throw new Error(`the replica did not take it: ${outcome.kind}`);
  return { entities: stored.entities, removed: stored.removed };
}

async function publishFlag(database: Database, owner: Principal, segmentKey: string, flagKey: string): Promise<void> {
  const { organisationId = '', environmentId = '' } = owner;
  const definition = {
    key: flagKey,
    type: 'string',
    archived: false,
    clientVisible: false,
    variants: ['in', 'out'].map((key) => ({ key, value: key })),
    enabled: true,
    offVariant: null,
    prerequisites: [],
    targets: [],
    rules: [{ id: 'r', when: { inSegment: segmentKey }, serve: { variant: 'in' } }],
    defaultServe: { variant: 'out' },
  };
  const change = {
    organisationId,
    environmentId,
    actor: { kind: 'service', id: 'f', name: 'f' },
    requestId: 'r',
    action: 'flag.update',
    resource: { kind: 'flag', id: flagKey, key: flagKey },
  };
  await database.inTenant(organisationId, (tx) =>
    changeEnvironments(tx, randomUUID, [environmentId], change, async () => ({
      upsert: [{ kind: 'flag', id: flagKey, body: JSON.stringify(definition) }],
      references: [{ from: { kind: 'flag', key: flagKey }, to: [{ kind: 'segment', key: segmentKey }] }],
    })),
  );
}

/** The problem with which a call is refused. */
export async function refusalOf(call: Promise<unknown>) {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
  if (outcome === undefined) throw new Error('it was not refused');
  return outcome;
}
