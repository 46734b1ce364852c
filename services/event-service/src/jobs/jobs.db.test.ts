import { randomUUID } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { cancelJob, enqueueJob, eventJobQueue, findJob, forgetOldJobs, type JobRow } from '@stitchd/db/event';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { createLogger } from '@stitchd/service-kit';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { JobFailed } from './job-failure.ts';
import type { JobHandler } from './job-handler.ts';
import { jobLimits } from './job-limits.ts';
import { runJob, type Attempt } from './run-job.ts';
import { startJobWorkers } from './start-job-workers.ts';

let store: TestDatabase;
let database: Database;
const log = createLogger('silent');

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});
afterEach(() => vi.restoreAllMocks());

const organisationId = randomUUID();
let made = 0;

/** A job of a kind that no other test knows. */
async function enqueue(kind: string, environmentId: string = randomUUID(), most = 10): Promise<JobRow | undefined> {
  const id = uuidv7(1_700_000_000_000 + made++, new Uint8Array(10));
  const job = { id, organisationId, projectId: randomUUID(), environmentId, kind, request: {}, createdBy: 'me' };
  return database.inTenant(organisationId, (tx) => enqueueJob(tx, job, most));
}

const read = (id: string) => database.inTenant(organisationId, (tx) => findJob(tx, id));
const makeDue = (id: string) =>
  database.inTenant(organisationId, (tx) =>
    tx
      .updateTable('event.job')
      .set({ due_at: new Date(0) })
      .where('id', '=', id)
      .execute(),
  );

/** Takes a job of the handler's kind and attempts it once. */
async function attempt(
  handler: JobHandler,
  leaseMs = 60_000,
  stopping = new AbortController().signal,
): Promise<Attempt | undefined> {
  const queue = eventJobQueue([handler.kind]);
  const lease = await queue.claim(database, randomUUID(), leaseMs);
  return lease && runJob({ database, queue, handlers: [handler], log }, lease, stopping);
}

const handlerOf = (kind: string, work: JobHandler['attempt'], more: Partial<JobHandler> = {}): JobHandler => ({
  kind,
  isCancellable: true,
  attempt: work,
  ...more,
});

test('Two replicas never work on the same job, and of one kind one runs at a time in an environment', async () => {
  const environment = randomUUID();
  const ids = await Promise.all([enqueue('shared', environment), enqueue('shared', environment), enqueue('shared')]);
  const running = new Set<string>();
  const done: string[] = [];
  const handler = handlerOf('shared', async ({ row }) => {
    expect(running.has(row.environment_id)).toBe(false);
    running.add(row.environment_id);
    await new Promise((resolve) => setImmediate(resolve));
    running.delete(row.environment_id);
    done.push(row.id);
    return { kind: 'done' };
  });
  const options = { database, handlers: [handler], log, onAttempted: () => undefined };
  const replicas = [startJobWorkers(options), startJobWorkers(options)];
  await vi.waitFor(() => {
    for (const replica of replicas) replica.wake();
    expect(done).toHaveLength(3);
  });
  await Promise.all(replicas.map((replica) => replica.stop()));
  expect(done.toSorted()).toEqual(ids.flatMap((row) => row?.id ?? []).toSorted());
  expect((await read(done[0]!))?.state).toBe('succeeded');
});

test('A killed worker’s job is taken over where it stood, and the dead one can neither go on nor end it', async () => {
  const job = (await enqueue('killed'))!;
  const takenOver = handlerOf('killed', async ({ row, checkpoint }) => {
    expect(row.progress).toEqual({ rows: 10 });
    await checkpoint({ rows: 20 });
    return { kind: 'done' };
  });
  let atTheEnd: Attempt | undefined;
  const killed = handlerOf('killed', async ({ checkpoint }) => {
    await checkpoint({ rows: 10 });
    await makeDue(job.id);
    atTheEnd = await attempt(takenOver);
    await expect(checkpoint({ rows: 999 })).rejects.toThrow('lease');
    return { kind: 'done' };
  });
  expect(await attempt(killed)).toBe('lost');
  expect(atTheEnd).toBe('succeeded');
  expect(await read(job.id)).toMatchObject({ state: 'succeeded', progress: { rows: 20 } });
});

test('A passing failure is attempted again after a pause that grows; after the last attempt the job has failed', async () => {
  const job = (await enqueue('flaky'))!;
  const flaky = handlerOf('flaky', () => Promise.reject(new JobFailed('STORE_UNAVAILABLE', 'It is away.', true)));
  const pauses: number[] = [];
  for (let attempts = 1; attempts <= jobLimits.attempts; attempts++) {
    expect(await attempt(flaky)).toBe('postponed');
    const row = (await read(job.id))!;
    expect(row).toMatchObject({ state: 'waiting', attempts, error_code: 'STORE_UNAVAILABLE' });
    pauses.push(Math.round((row.due_at.getTime() - Date.now()) / 1_000));
    expect(await attempt(flaky)).toBeUndefined();
    await makeDue(job.id);
  }
  expect(pauses.slice(0, 4)).toEqual([2, 4, 8, 16]);
  expect(Math.max(...pauses)).toBe(jobLimits.longestRetryMs / 1_000);
  expect(await attempt(flaky)).toBe('failed');
  expect(await read(job.id)).toMatchObject({ state: 'failed', error_code: 'ATTEMPTS_EXHAUSTED' });
});

test('A failure that stays ends the job with its code, and an unexpected one tells nothing of what is inside', async () => {
  const job = (await enqueue('refused'))!;
  await attempt(handlerOf('refused', () => Promise.reject(new Error('password=secret'))));
  const row = await read(job.id);
  expect(row).toMatchObject({ state: 'failed', error_code: 'INTERNAL' });
  expect(row?.error_message).not.toContain('secret');
});

test('A job that waits is cancelled at once, one that runs when its worker hears of it, and both are tidied up', async () => {
  const waiting = (await enqueue('cancelled'))!;
  const tidied: string[] = [];
  const cancel = (id: string) => database.inTenant(organisationId, async (tx) => cancelJob(tx, (await findJob(tx, id, true))!));
  expect((await cancel(waiting.id)).state).toBe('cancelled');
  const running = (await enqueue('cancelled'))!;
  const often = setInterval;
  vi.spyOn(globalThis, 'setInterval').mockImplementation(((beat: () => void) => often(beat, 5)) as unknown as typeof setInterval);
  const handler = handlerOf(
    'cancelled',
    async ({ signal }) => {
      expect((await cancel(running.id)).state).toBe('running');
      await new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
      return { kind: 'done' };
    },
    { ended: async (_, row) => void tidied.push(row.id) },
  );
  expect(await attempt(handler)).toBe('cancelled');
  expect(await read(running.id)).toMatchObject({ state: 'cancelled', cancelling: true });
  expect(tidied).toEqual([running.id]);
});

test('A job that parks waits without an attempt, and a service that stops gives its job away at once', async () => {
  const job = (await enqueue('parked'))!;
  expect(await attempt(handlerOf('parked', async () => ({ kind: 'parked', pauseMs: 3_600_000 })))).toBe('parked');
  expect(await read(job.id)).toMatchObject({ state: 'waiting', attempts: 0 });
  await makeDue(job.id);
  const stopping = new AbortController();
  const stopped = handlerOf('parked', async () => {
    stopping.abort();
    throw new Error('aborted');
  });
  expect(await attempt(stopped, 60_000, stopping.signal)).toBe('postponed');
  expect(await attempt(handlerOf('parked', async () => ({ kind: 'done' })))).toBe('succeeded');
});

test('An environment has at most so many jobs of a kind that wait or run, and keeps the newest that ended', async () => {
  const environment = randomUUID();
  const asked = await Promise.all(Array.from({ length: 4 }, () => enqueue('many', environment, 2)));
  expect(asked.filter((row) => row !== undefined)).toHaveLength(2);
  const done = handlerOf('many', async () => ({ kind: 'done' }));
  expect([await attempt(done), await attempt(done)]).toEqual(['succeeded', 'succeeded']);
  await database.inTenant(organisationId, (tx) => forgetOldJobs(tx, environment, { endedJobs: 1, endedJobDays: 90 }));
  const kept = asked.flatMap((row) => row?.id ?? []).toSorted();
  expect(await read(kept[0]!)).toBeUndefined();
  expect(await read(kept[1]!)).toBeDefined();
  await database.inTenant(organisationId, (tx) =>
    tx
      .updateTable('event.job')
      .set({ finished_at: new Date(Date.now() - 91 * 86_400_000) })
      .where('id', '=', kept[1]!)
      .execute(),
  );
  await database.inTenant(organisationId, (tx) => forgetOldJobs(tx, environment, jobLimits));
  expect(await read(kept[1]!)).toBeUndefined();
});

test('A job of a kind that this program does not know is left to those that do', async () => {
  await enqueue('newer');
  expect(await attempt(handlerOf('older', async () => ({ kind: 'done' })))).toBeUndefined();
});
