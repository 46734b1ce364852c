import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { uuidv7 } from '@stitchd/core';
import { EventDefinitions, Ingestion, Metrics, type GetSpoolsResponse, type IngestResponse } from '@stitchd/proto/event/v1/event';
import { problemOf, withCall, type Environment, type Principal } from '@stitchd/service-kit';
import { timestampFromMs } from '@bufbuild/protobuf/wkt';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestEventStore, type TestEventStore } from '../../../test/support/test-event-store.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { experimentsNeighbour, type RunningForTest } from './experiments/neighbour.test-support.ts';
import { eventService } from './index.ts';

export interface TestEventService {
  readonly database: TestDatabase;
  readonly events: TestEventStore;
  readonly services: TestServices;
  readonly spoolDirectory: string;
  readonly definitions: ReturnType<typeof definitionsOf>;
  /** Experiments that experimentation-service says to be running. */
  readonly running: RunningForTest;
  readonly stop: () => Promise<void>;
}

/** The key of the installation. */
export const testSecretKey = Buffer.alloc(32, 1);

const definitionsOf = (services: TestServices) => (principal: Principal, idempotencyKey?: string) =>
  services.as(principal, EventDefinitions, idempotencyKey);

/** event-service on stores of its own. */
export async function startTestEventService(environment: Environment = {}): Promise<TestEventService> {
  const [database, events, spoolDirectory] = await Promise.all([
    createTestDatabase(),
    createTestEventStore(),
    mkdtemp(path.join(os.tmpdir(), 'stitchd-events-test-')),
  ]);
  const running: RunningForTest = [];
  const services = await startTestServices([eventService, experimentsNeighbour(running)], {
    STITCHD_DATABASE_URL: database.url,
    STITCHD_CLICKHOUSE_URL: events.url,
    STITCHD_EVENTS_SPOOL_DIR: spoolDirectory,
    STITCHD_SECRET_KEY: testSecretKey.toString('base64'),
    ...environment,
  });
  return {
    database,
    events,
    services,
    spoolDirectory,
    definitions: definitionsOf(services),
    running,
    async stop() {
      await services.stop();
      await events.drop();
      await database.drop();
      await rm(spoolDirectory, { recursive: true, force: true });
    },
  };
}

/** A tenant: a person in it, and SDK keys of its environment. */
export interface Tenant {
  readonly person: Principal;
  readonly serverKey: Principal;
  readonly clientKey: Principal;
}

export function newTenant(scope: Partial<Principal> = {}): Tenant {
  const person = principalWith(scope);
  const key = (keyKind: 'server' | 'client'): Principal => {
    const { role: _role, ...rest } = person;
    return { ...rest, kind: 'sdk-key', id: randomUUID(), name: keyKind, keyKind };
  };
  return { person, serverKey: key('server'), clientKey: key('client') };
}

/** Defines `purchase` (a number) and `signup` (none) in the tenant's project. */
export async function defineEvents({ services }: TestEventService, { person }: Tenant): Promise<void> {
  await services.as(person, EventDefinitions).createEventDefinition({ key: 'purchase', valueType: 'double' });
  await services.as(person, EventDefinitions).createEventDefinition({ key: 'signup', valueType: 'none' });
}

export const metricsOf = ({ services }: TestEventService, principal: Principal) => services.as(principal, Metrics);
export const ingestionOf = ({ services }: TestEventService, principal: Principal) => services.as(principal, Ingestion);

/** What stats-service is told of spools. */
export async function spoolsOf(
  { services }: TestEventService,
  { person }: Tenant,
  request: { readonly sinceMs?: number } = {},
): Promise<GetSpoolsResponse> {
  const { role: _role, ...scope } = person;
  const principal: Principal = { ...scope, kind: 'service', id: 'stats-service', name: 'stats-service' };
  const ingestion = (await services.together.reachAs('stats-service', [Ingestion]))(Ingestion);
  const since = request.sinceMs === undefined ? {} : { since: timestampFromMs(request.sinceMs) };
  return withCall({ requestId: randomUUID(), principal, deadlineMs: undefined }, () => ingestion.getSpools(since));
}

export function purchase(more: Readonly<Record<string, unknown>> = {}, atMs = Date.now()) {
  return {
    type: 'event',
    id: uuidv7(atMs, randomBytes(10)),
    at: atMs,
    key: 'purchase',
    value: 1,
    context: { user: 'u-1' },
    ...more,
  };
}

export function exposed(more: Readonly<Record<string, unknown>> = {}, atMs = Date.now()) {
  return {
    type: 'exposure',
    id: uuidv7(atMs, randomBytes(10)),
    at: atMs,
    flag: 'checkout',
    variant: 'on',
    context: { user: 'u-1' },
    ...more,
  };
}

export function send(service: TestEventService, key: Principal, items: readonly unknown[]): Promise<IngestResponse> {
  return ingestionOf(service, key).ingest({ body: bodyOf(items), contentEncoding: '' });
}

export function bodyOf(items: readonly unknown[]): Uint8Array {
  return Buffer.from(JSON.stringify({ sentAt: Date.now(), items }));
}

/** The refusal of a call; fails where it was not refused. */
export async function refusalOf(asked: Promise<unknown>) {
  const { code, detail, errors } = problemOf(
    await asked.then(() => new Error('it was not refused')).catch((error: unknown) => error),
  );
  return { code, detail, paths: errors.map((error) => error.path) };
}
