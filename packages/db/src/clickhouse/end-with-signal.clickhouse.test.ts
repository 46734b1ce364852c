import { randomUUID } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { createEventStore, type EventStore } from './index.ts';

let events: TestEventStore;
beforeAll(async () => {
  events = await createTestEventStore();
});
afterAll(() => events.drop());

const endless = `SELECT toString(sum(sipHash64(number))) AS event, {environmentId:UUID} AS environment_id
  FROM numbers(1000000000000) ORDER BY event`;
const environmentId = randomUUID();
/** Whether a statement with the parameter of this test runs in the engine. */
const runs = async () => {
  const sql =
    "SELECT count() AS n FROM system.processes WHERE query LIKE '%sum(sipHash64(number))%' AND query NOT LIKE '%processes%'";
  const [row] = await events.store.systemQuery<{ n: number }>(sql);
  return row?.n;
};

test.for([
  ['query', (store: EventStore, signal: AbortSignal) => store.query({ environmentId, sql: endless, signal })],
  [
    'insert of selected rows',
    (store: EventStore, signal: AbortSignal) => {
      const sql = `INSERT INTO event (event, environment_id) ${endless}`;
      return store.insertSelect({ environmentId, sql, token: randomUUID(), signal });
    },
  ],
] as const)('A %s that nobody wants any more ends in the engine', async ([, run]) => {
  const controller = new AbortController();
  const outcome = run(events.store, controller.signal).then(String, (error: unknown) => error);
  await expect.poll(runs, { timeout: 30_000, interval: 20 }).toBe(1);
  controller.abort();
  expect(await outcome).toBeInstanceOf(Error);
  await expect.poll(runs, { timeout: 30_000, interval: 20 }).toBe(0);
});

test('A server on the network is told which of its statements to kill, on every server of a cluster', async () => {
  const asked: { readonly url: URL; readonly body: string }[] = [];
  const server = http.createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ url: new URL(request.url ?? '', 'http://localhost'), body });
      // The statement itself is never answered.
      if (body.includes('KILL QUERY')) response.end();
    });
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  const store = createEventStore({ url: `http://127.0.0.1:${port}/x`, cluster: 'all', applicationName: 'test' });
  const controller = new AbortController();
  const outcome = store.query({ environmentId, sql: endless, signal: controller.signal }).catch((error: unknown) => error);
  await expect.poll(() => asked.length).toBe(1);
  controller.abort();
  expect(await outcome).toBeInstanceOf(Error);
  await expect.poll(() => asked.length).toBe(2);
  expect(asked[1]?.body).toContain('KILL QUERY ON CLUSTER `all` WHERE query_id = {queryId:String} ASYNC');
  const queryId = asked[0]?.url.searchParams.get('query_id');
  expect(queryId).toMatch(/^[0-9a-f-]{36}$/);
  expect(asked[1]?.url.searchParams.get('param_queryId') ?? asked[1]?.body).toContain(queryId);
  await store.close();
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
