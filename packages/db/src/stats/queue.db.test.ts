import { randomUUID } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, type Database, type Tx } from '../postgres/index.ts';
import {
  claimJob,
  enqueueJob,
  extendLease,
  findJob,
  finishJob,
  forgetOldResults,
  insertResult,
  lastResult,
  postponeJob,
  writeBounds,
  type NewJob,
} from './index.ts';

let store: TestDatabase;
let database: Database;

beforeAll(async () => {
  store = await createTestDatabase();
  database = createDatabase({ url: store.url, applicationName: 'test' });
});
afterAll(async () => {
  await database.close();
  await store.drop();
});

let made = 0;
const newId = () => uuidv7(1_700_000_000_000 + made++, new Uint8Array(10));

function newJob(more: Partial<NewJob> = {}): NewJob {
  return {
    id: newId(),
    organisationId: randomUUID(),
    projectId: randomUUID(),
    environmentId: randomUUID(),
    experimentId: randomUUID(),
    iteration: 1,
    cause: 'on-demand',
    ...more,
  };
}
const inTenantOf = <T>({ organisationId }: { readonly organisationId: string }, work: (tx: Tx) => Promise<T>) =>
  database.inTenant(organisationId, work);
const enqueue = (job: NewJob) => inTenantOf(job, (tx) => enqueueJob(tx, job));

test('A job is enqueued with the transaction it belongs to, or not at all', async () => {
  const job = newJob();
  const failing = inTenantOf(job, async (tx) => {
    await enqueueJob(tx, job);
    throw new Error('the business failed');
  });
  await expect(failing).rejects.toThrow('the business failed');
  expect(await inTenantOf(job, (tx) => findJob(tx, job.id))).toBeUndefined();
  expect(await claimJob(database, randomUUID(), 1_000)).toBeUndefined();
});

test('Of jobs for one iteration that are enqueued at once, one waits and all are told of it; another iteration has its own', async () => {
  const job = newJob();
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => enqueue({ ...job, id: newId() })));
  expect(new Set(outcomes.map((outcome) => outcome.job.id)).size).toBe(1);
  expect(outcomes.filter(({ isNew }) => isNew)).toHaveLength(1);
  expect(await claimJob(database, randomUUID(), 60_000)).toMatchObject({ jobId: outcomes[0]?.job.id });
  const [next, third] = [await enqueue({ ...job, id: newId() }), await enqueue({ ...job, id: newId(), iteration: 2 })];
  expect([next.isNew, third.isNew]).toEqual([true, true]);
  // The second job of an iteration waits for the end of the first.
  expect(await claimJob(database, randomUUID(), 60_000)).toMatchObject({ jobId: third.job.id });
  expect(await claimJob(database, randomUUID(), 60_000)).toBeUndefined();
});

test('Several workers that look at once get different jobs, and none that another organisation could read', async () => {
  const jobs = await Promise.all(Array.from({ length: 4 }, () => newJob()).map(async (job) => (await enqueue(job)).job));
  const claims = await Promise.all(Array.from({ length: 6 }, () => claimJob(database, randomUUID(), 60_000)));
  const claimed = claims.flatMap((claim) => (claim === undefined ? [] : [claim.jobId]));
  expect(claimed.toSorted()).toEqual(jobs.map(({ id }) => id).toSorted());
  expect(await inTenantOf(newJob(), (tx) => findJob(tx, claimed[0]!))).toBeUndefined();
});

test('Who has lost a lease can neither extend it nor write bounds, postpone or end the job', async () => {
  const job = newJob();
  await enqueue(job);
  const lost = (await claimJob(database, randomUUID(), 0))!;
  const held = (await claimJob(database, randomUUID(), 60_000))!;
  expect(held.jobId).toBe(lost.jobId);
  const bounds = { from: 'a', to: 'b', dataUntil: 'c' };
  const error = { code: 'X', message: 'x' };
  await inTenantOf(job, async (tx) => {
    expect(await extendLease(tx, lost, 1_000)).toBe(false);
    expect(await writeBounds(tx, lost, bounds)).toBe(false);
    expect(await postponeJob(tx, lost, 0, error)).toBe(false);
    expect(await finishJob(tx, lost, undefined)).toBe(false);
    expect(await extendLease(tx, held, 1_000)).toBe(true);
    expect(await writeBounds(tx, held, bounds)).toBe(true);
    expect(await finishJob(tx, held, error)).toBe(true);
    expect(await finishJob(tx, held, undefined)).toBe(false);
  });
  expect(await inTenantOf(job, (tx) => findJob(tx, job.id))).toMatchObject({
    state: 'failed',
    attempts: 2,
    bounds,
    error_code: 'X',
  });
});

test('A postponed job is claimed after its pause, by a lease of its own', async () => {
  const job = newJob();
  await enqueue(job);
  const first = (await claimJob(database, randomUUID(), 60_000))!;
  await inTenantOf(job, (tx) => postponeJob(tx, first, 3_600_000, { code: 'X', message: 'x' }));
  expect(await claimJob(database, randomUUID(), 60_000)).toBeUndefined();
  await inTenantOf(job, (tx) =>
    tx
      .updateTable('stats.stats_jobs')
      .set({ due_at: new Date(0) })
      .execute(),
  );
  const second = (await claimJob(database, randomUUID(), 60_000))!;
  expect(second.jobId).toBe(job.id);
  expect(await inTenantOf(job, (tx) => extendLease(tx, first, 1_000))).toBe(false);
});

test('Only the newest results and ended jobs are kept, as many as the limit says, and of every iteration the last result', async () => {
  const tenant = newJob();
  const iterations = [randomUUID(), randomUUID()];
  const computed: string[] = [];
  for (const [index, iteration] of [1, 1, 2, 2, 2].entries()) {
    const job = { ...tenant, id: newId(), iteration };
    await enqueue(job);
    const lease = (await claimJob(database, randomUUID(), 60_000))!;
    await inTenantOf(tenant, async (tx) => {
      await finishJob(tx, lease, undefined);
      await insertResult(tx, {
        jobId: job.id,
        organisationId: tenant.organisationId,
        environmentId: tenant.environmentId,
        experimentId: tenant.experimentId,
        iterationId: iterations[iteration - 1]!,
        iteration,
        computedAt: new Date(),
        results: { index },
      });
    });
    computed.push(job.id);
  }
  await inTenantOf(tenant, (tx) => forgetOldResults(tx, tenant.experimentId, { results: 2, jobs: 3 }));
  const left = await inTenantOf(tenant, async (tx) => ({
    jobs: (await tx.selectFrom('stats.stats_jobs').select('id').orderBy('id').execute()).map(({ id }) => id),
    results: (await tx.selectFrom('stats.result').select('job_id').orderBy('job_id').execute()).map(({ job_id: id }) => id),
  }));
  expect(left).toEqual({ jobs: computed.slice(1), results: [1, 3, 4].map((index) => computed[index]) });
  const last = (iteration: number) => inTenantOf(tenant, (tx) => lastResult(tx, { ...tenant, iteration }));
  expect(await last(0)).toMatchObject({ results: { index: 4 }, isStale: false });
  await enqueue({ ...tenant, id: newId(), iteration: 2 });
  const lease = (await claimJob(database, randomUUID(), 60_000))!;
  await inTenantOf(tenant, (tx) => finishJob(tx, lease, { code: 'INTERNAL', message: 'It failed.' }));
  expect(await last(0)).toMatchObject({ isStale: true });
  expect(await last(1)).toMatchObject({ results: { index: 1 }, isStale: false });
});
