import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.ts';
import { createDatabase, type Database, type Tx } from '../postgres/index.ts';
import {
  findDetails,
  findEvidence,
  insertLooks,
  listDecisions,
  listFinishedEffects,
  listLooks,
  listSequentialStates,
  raiseAlarm,
  recordDecision,
  saveFinishedEffects,
  saveIterationState,
  saveSequentialStates,
  thinLooks,
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

const newScope = () => ({
  organisationId: randomUUID(),
  environmentId: randomUUID(),
  experimentId: randomUUID(),
  iterationId: randomUUID(),
});
type Scope = ReturnType<typeof newScope>;
const within = <T>({ organisationId }: Scope, work: (tx: Tx) => Promise<T>) => database.inTenant(organisationId, work);
const hour = (index: number) => new Date(Date.UTC(2026, 0, 1, index));

async function insertHours(tx: Tx, scope: Scope, hours: number): Promise<void> {
  for (let index = 0; index < hours; index++)
    await insertLooks(tx, scope, hour(index), [
      { metricKey: 'a', point: { index } },
      { metricKey: 'b', point: { index } },
    ]);
}

test('A metric over time is thinned evenly to the limit, with its first and its newest look', async () => {
  const scope = newScope();
  const list = (limit: number) => within(scope, (tx) => listLooks(tx, { iterationId: scope.iterationId, metricKey: 'a', limit }));
  await within(scope, (tx) => insertHours(tx, scope, 21));
  const indexes = (points: readonly unknown[]) => points.map((point) => (point as { index: number }).index);
  expect(indexes(await list(21))).toEqual(Array.from({ length: 21 }, (_, index) => index));
  expect(indexes(await list(5))).toEqual([0, 5, 10, 15, 20]);
  expect(indexes(await list(2))).toEqual([0, 20]);
  expect(await list(20)).toHaveLength(20);
});

test('Of more looks than are kept, the older half loses every second one, in all metrics alike', async () => {
  const scope = newScope();
  const left = await within(scope, async (tx) => {
    await insertHours(tx, scope, 12);
    await thinLooks(tx, scope.iterationId, 12);
    const kept = await listLooks(tx, { iterationId: scope.iterationId, metricKey: 'b', limit: 100 });
    await thinLooks(tx, scope.iterationId, 11);
    return { kept, thinned: await listLooks(tx, { iterationId: scope.iterationId, metricKey: 'b', limit: 100 }) };
  });
  expect(left.kept).toHaveLength(12);
  expect(left.thinned).toEqual([0, 2, 4, 6, 7, 8, 9, 10, 11].map((index) => ({ index })));
});

test('A decision is kept where it is another one, the newest first, as many as the limit says', async () => {
  const scope = newScope();
  const decide = (tx: Tx, index: number, code: string, variant: string | null = null) =>
    recordDecision(tx, scope, { iteration: 1, at: hour(index), code, variant, headline: code, detail: [`at ${index}`] }, 3);
  const isAnother: boolean[] = [];
  const changes = await within(scope, async (tx) => {
    for (const [index, code] of ['too-early', 'too-early', 'keep-running', 'ship', 'ship'].entries())
      isAnother.push(await decide(tx, index, code));
    await decide(tx, 9, 'ship', 'green');
    return listDecisions(tx, scope.environmentId, scope.experimentId);
  });
  expect(isAnother).toEqual([true, false, true, true, false]);
  expect(changes.map(({ code, variant, at }) => [code, variant, at.getUTCHours()])).toEqual([
    ['ship', 'green', 9],
    ['ship', null, 3],
    ['keep-running', null, 2],
  ]);
  expect(changes[0]?.detail).toEqual(['at 9']);
});

test('An alarm is told once for each iteration and reason', async () => {
  const scope = newScope();
  const raised = await within(scope, async (tx) => [
    await raiseAlarm(tx, scope, 'broken:sample-ratio', hour(0)),
    await raiseAlarm(tx, scope, 'broken:sample-ratio', hour(1)),
    await raiseAlarm(tx, scope, 'harm:errors:green', hour(1)),
    await raiseAlarm(tx, { ...scope, iterationId: randomUUID() }, 'broken:sample-ratio', hour(2)),
  ]);
  expect(raised).toEqual([true, false, true, true]);
});

test('The state of looks is kept to the last digit, also where a p-value is as small as a number can be', async () => {
  const scope = newScope();
  const open = { metricKey: 'a', variant: 'green', runningPValue: Number.MIN_VALUE, verdict: null, closed: null };
  const later = { ...open, runningPValue: 0.1 + 0.2, verdict: { z: 5e-324 }, closed: { share: 1 } };
  const [first, second] = await within(scope, async (tx) => {
    await saveSequentialStates(tx, scope, [open]);
    const before = await listSequentialStates(tx, scope.iterationId);
    await saveSequentialStates(tx, scope, [later]);
    return [before, await listSequentialStates(tx, scope.iterationId)] as const;
  });
  expect(first).toEqual([open]);
  expect(second).toEqual([later]);
});

test('Of an iteration the newest evidence, details and inputs are kept; another organisation sees none of it', async () => {
  const scope = newScope();
  const save = (at: number) => (tx: Tx) =>
    saveIterationState(tx, scope, { evidence: { at }, details: { at: `details ${at}` }, inputs: { at: [at] } });
  await within(scope, save(1));
  await within(scope, save(2));
  const read = (of: Scope) =>
    within(of, async (tx) => [await findEvidence(tx, scope.iterationId), await findDetails(tx, scope.iterationId)]);
  expect(await read(scope)).toEqual([{ at: 2 }, { at: 'details 2' }]);
  expect(await read(newScope())).toEqual([undefined, undefined]);
});

test('The effects of other finished experiments are listed, each arm once, the newest first', async () => {
  const scope = newScope();
  const [own, other] = [scope.experimentId, randomUUID()];
  const effect = { variant: 'green', lift: 0.02, standardError: 0.01 };
  const listed = await within(scope, async (tx) => {
    const { organisationId } = scope;
    const save = (iteration: number, finishedAt: Date, experimentId: string, lift: number) =>
      saveFinishedEffects(tx, { organisationId, iteration, finishedAt }, [{ ...effect, experimentId, lift }]);
    await save(1, hour(1), own, effect.lift);
    await save(1, hour(2), other, effect.lift);
    await save(2, hour(3), other, 0.03);
    // The last word on an earlier iteration, which came after the next one had ended.
    await save(1, hour(4), other, 0.07);
    return listFinishedEffects(tx, { organisationId: scope.organisationId, exceptExperimentId: own, limit: 10 });
  });
  expect(listed).toEqual([{ ...effect, experimentId: other, lift: 0.03 }]);
});
