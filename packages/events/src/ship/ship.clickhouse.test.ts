import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { randomUUID } from 'node:crypto';
import { createEventStore, type EventStore } from '@stitchd/db/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { bytesOf } from '../items/encoded-items.ts';
import { encode, exposed, purchase, withEventBytes } from '../items/items.test-support.ts';
import { migrateEventStore } from '../migrations/migrate-event-store.ts';
import { encodeFrame } from '../spool/frame.ts';
import { readSegment, segmentHeadBytes } from '../spool/segment.ts';
import { openTestSpool, recordingLog, spoolDirectory } from '../spool/spool.test-support.ts';
import { createDirectSink } from './direct-sink.ts';
import { shipLimits } from './ship-limits.ts';
import { shipSegment } from './ship-segment.ts';
import { countsOf, startTestShipper } from './shipper.test-support.ts';

let stored: TestEventStore;
beforeAll(async () => {
  stored = await createTestEventStore();
});
afterAll(() => stored.drop());

/** Ample: a poll ends as soon as it is right. */
const soon = { timeout: 30_000 };
const purchases = (count: number) => [...Array(count).keys()].map(() => purchase());
const batchOf = (environmentId: string, inputs: readonly unknown[]) => encode(inputs, { environmentId }).items;
/**
 * Refused whatever follows, for a text can't be as long as they say. A row that was cut off takes what follows for its rest,
 * and with random ids that is by chance a row, or as long as all memory.
 */
const neverRows = Buffer.alloc(64, 0xff);
/** A store at an address where nothing answers. */
const gone = () => createEventStore({ url: 'http://127.0.0.1:9/x', applicationName: 'test' });

test('An item that was sent in two batches lies there twice and counts once', async () => {
  const environmentId = randomUUID();
  const spool = await openTestSpool(await spoolDirectory());
  startTestShipper(spool, stored.store);
  const [first, second, third] = purchases(3);
  await spool.append(batchOf(environmentId, [first, second]));
  await spool.append(batchOf(environmentId, [second, third]));
  await expect.poll(() => countsOf(stored.store, environmentId), soon).toEqual({ rows: 4, items: 3 });
  // The rows are visible a moment before the answer to their insert.
  await expect.poll(() => spool.state().waitingItems, soon).toBe(0);
  await spool.close();
});

test('A shipper that dies after its insert and before the deletion adds nothing when it does it again', async () => {
  const environmentId = randomUUID();
  const directory = await spoolDirectory();
  const spool = await openTestSpool(directory);
  await spool.append(batchOf(environmentId, [...purchases(5), exposed()]));
  await spool.seal();
  const [segment] = spool.sealed();
  if (segment === undefined) throw new Error('nothing was sealed');
  // What the disk holds at the moment of its death.
  const left = path.join(directory, 'replicas', 'dead');
  await mkdir(left);
  await copyFile(segment.file, path.join(left, segment.name));
  expect(await shipSegment(spool, stored.store, segment, recordingLog().log)).toMatchObject({ kind: 'shipped', items: 6 });
  expect(await countsOf(stored.store, environmentId)).toEqual({ rows: 5, items: 5 });
  await spool.close();

  const next = await openTestSpool(directory);
  const [again] = next.sealed();
  expect(again?.name).toBe(segment.name);
  if (again !== undefined) await shipSegment(next, stored.store, again, recordingLog().log);
  expect(await countsOf(stored.store, environmentId)).toEqual({ rows: 5, items: 5 });
  await next.close();
});

test('Even where the engine has forgotten the tokens, what is shipped again counts once', async () => {
  const environmentId = randomUUID();
  const forgetful = await createTestEventStore();
  for (const table of ['event', 'exposure'])
    await forgetful.store.command(`ALTER TABLE ${table} MODIFY SETTING non_replicated_deduplication_window = 0`);
  const directory = await spoolDirectory();
  for (let round = 0; round < 2; round++) {
    const spool = await openTestSpool(directory, { replicaId: `round-${round}` });
    if (round === 0) {
      await spool.append(batchOf(environmentId, purchases(3)));
      await spool.seal();
    }
    const [segment] = spool.sealed();
    if (segment === undefined) throw new Error('nothing was left');
    const copy = await readFile(segment.file);
    await shipSegment(spool, forgetful.store, segment, recordingLog().log);
    if (round === 0) await writeFile(segment.file, copy);
    await spool.close();
  }
  expect(await countsOf(forgetful.store, environmentId)).toEqual({ rows: 6, items: 3 });
  await forgetful.drop();
});

test('While the store is down items are accepted, and they arrive when it is back', async () => {
  const environmentId = randomUUID();
  const spool = await openTestSpool(await spoolDirectory());
  const down = gone();
  const { log, lines } = recordingLog();
  const shipper = startTestShipper(spool, down, { log });
  expect(await spool.append(batchOf(environmentId, purchases(4)))).toBe('stored');
  await expect.poll(() => shipper.trouble(), soon).toMatch(/ECONNREFUSED/);
  expect(await spool.append(batchOf(environmentId, purchases(2)))).toBe('stored');
  await shipper.stop();
  await down.close();
  expect(lines.map(({ level }) => level)).toEqual(['warn']);
  expect(spool.waitingOf(environmentId)).toBe(6);
  const { log: laterLog } = recordingLog();
  const later = startTestShipper(spool, stored.store, { log: laterLog });
  await expect.poll(() => countsOf(stored.store, environmentId), soon).toEqual({ rows: 6, items: 6 });
  expect(later.trouble()).toBeUndefined();
  await spool.close();
});

test('A shipper goes on by itself when its store works again', async () => {
  const environmentId = randomUUID();
  const late = await createTestEventStore({ empty: true });
  const spool = await openTestSpool(await spoolDirectory());
  const shipper = startTestShipper(spool, late.store);
  await spool.append(batchOf(environmentId, purchases(3)));
  await expect.poll(() => shipper.trouble(), soon).toBeDefined();
  // Its tables are not there yet: the spool waits for them.
  await migrateEventStore(late.store, { exclusively: (work) => work() });
  await expect.poll(() => countsOf(late.store, environmentId), soon).toEqual({ rows: 3, items: 3 });
  await expect.poll(() => shipper.trouble(), soon).toBeUndefined();
  await shipper.stop();
  await spool.close();
  await late.drop();
});

test('A segment that the store refuses does not hold up the ones after it', async () => {
  const [refusedEnvironment, otherEnvironment] = [randomUUID(), randomUUID()];
  const partial = await createTestEventStore();
  await partial.store.command('RENAME TABLE exposure TO exposure_away');
  const spool = await openTestSpool(await spoolDirectory());
  await spool.append(batchOf(refusedEnvironment, [exposed()]));
  await spool.seal();
  startTestShipper(spool, partial.store);
  await spool.append(batchOf(otherEnvironment, purchases(2)));
  await expect.poll(() => countsOf(partial.store, otherEnvironment), soon).toEqual({ rows: 2, items: 2 });
  expect(spool.waitingOf(refusedEnvironment)).toBe(1);
  await partial.store.command('RENAME TABLE exposure_away TO exposure');
  await expect.poll(() => spool.state().waitingItems, soon).toBe(0);
  await spool.close();
  await partial.drop();
});

test('While it catches up, what comes newly is inserted in between, and nothing stays behind', async () => {
  const spool = await openTestSpool(await spoolDirectory());
  const waited = [...Array(6).keys()].map(() => randomUUID());
  for (const environmentId of waited) {
    await spool.append(batchOf(environmentId, purchases(1)));
    await spool.seal();
  }
  const order: string[] = [];
  const nameOf = new Map(waited.map((environmentId, index) => [environmentId, `waited ${index}`]));
  const shipped = async () => {
    for (const [environmentId, name] of nameOf)
      if (!order.includes(name) && (await countsOf(stored.store, environmentId)).items > 0) order.push(name);
  };
  let comes = 0;
  // After each insert something new has come meanwhile.
  const onShipped = async () => {
    if (comes === 3) return;
    const environmentId = randomUUID();
    nameOf.set(environmentId, `new ${comes++}`);
    await spool.append(batchOf(environmentId, purchases(1)));
  };
  const store = {
    ...stored.store,
    async insertBinary(...insert: Parameters<EventStore['insertBinary']>) {
      await stored.store.insertBinary(...insert);
      await shipped();
      await onShipped();
    },
  };
  startTestShipper(spool, store);
  await expect.poll(() => spool.state().waitingItems, soon).toBe(0);
  await shipped();
  expect(order.slice(0, 7)).toEqual(['waited 5', 'waited 0', 'new 0', 'new 1', 'waited 1', 'new 2', 'waited 2']);
  expect(order.toSorted()).toEqual([...nameOf.values()].toSorted());
  await spool.close();
});

test('A segment whose file was taken away does not hold up the ones after it', async () => {
  const environmentId = randomUUID();
  const spool = await openTestSpool(await spoolDirectory());
  await spool.append(batchOf(randomUUID(), purchases(1)));
  await spool.seal();
  await rm(spool.sealed()[0]?.file ?? '');
  await spool.append(batchOf(environmentId, purchases(2)));
  const { log, lines } = recordingLog();
  startTestShipper(spool, stored.store, { log });
  await expect.poll(() => countsOf(stored.store, environmentId), soon).toEqual({ rows: 2, items: 2 });
  expect(lines).toContainEqual(expect.objectContaining({ level: 'error', message: 'a segment of the spool can not be read' }));
  await spool.close();
});

test('A batch that the table can not take goes into quarantine with an error, and the others arrive', async () => {
  const [good, bad] = [randomUUID(), randomUUID()];
  const directory = await spoolDirectory();
  const spool = await openTestSpool(directory);
  const { log, lines } = recordingLog();
  const poison = batchOf(bad, purchases(2));
  const broken = withEventBytes(poison, neverRows);
  await spool.append(batchOf(good, purchases(3)));
  await spool.append(broken);
  await spool.append(batchOf(good, purchases(1)));
  const shipped: unknown[] = [];
  startTestShipper(spool, stored.store, { log, onShipped: (what) => shipped.push(what) });
  await expect.poll(() => countsOf(stored.store, good), soon).toEqual({ rows: 4, items: 4 });
  await expect.poll(() => shipped, soon).toContainEqual(expect.objectContaining({ quarantinedItems: 2 }));
  expect(await countsOf(stored.store, bad)).toEqual({ rows: 0, items: 0 });
  expect(lines).toContainEqual(
    expect.objectContaining({ level: 'error', fields: expect.objectContaining({ environmentId: bad }) }),
  );
  const [kept = '', ...others] = await readdir(path.join(directory, 'quarantine'));
  expect(others).toEqual([]);
  const reading = await readSegment(path.join(directory, 'quarantine', kept));
  expect(reading).toMatchObject({
    content: { frames: [{ environmentId: bad, sections: [{ table: 'event', rows: 2 }] }], unreadBytes: 0 },
  });
  expect(spool.state().quarantinedBytes).toBeGreaterThan(0);
  await spool.close();
});

/** A closed segment with 2 items of one environment, 3 of another and 1 of the first, and where its batches begin. */
async function closedSegment() {
  const [ours, theirs] = [randomUUID(), randomUUID()];
  const directory = await spoolDirectory();
  const spool = await openTestSpool(directory);
  const batches = [batchOf(ours, purchases(2)), batchOf(theirs, purchases(3)), batchOf(ours, purchases(1))];
  for (const each of batches) await spool.append(each);
  await spool.seal();
  const [segment] = spool.sealed();
  if (segment === undefined) throw new Error('nothing was sealed');
  const starts = batches.reduce<number[]>(
    (all, each) => [...all, (all.at(-1) ?? 0) + encodeFrame(each).length],
    [segmentHeadBytes],
  );
  return { ours, theirs, directory, spool, segment, starts };
}

test('What a file lost on the disk before it was shipped counts as quarantined, and the file is kept', async () => {
  const flippedAt = (bytes: Buffer, at: number) => bytes.fill((bytes[at] ?? 0) ^ 1, at, at + 1);
  const damages = [
    // A bit in the middle, the whole head of a batch, a bit in the last batch, and an end that is missing: with whole batches.
    { change: (bytes: Buffer, [, second = 0]: number[]) => flippedAt(bytes, second + 60), ours: 3, theirs: 0 },
    { change: (bytes: Buffer, [, second = 0]: number[]) => bytes.fill(0xff, second, second + 40), ours: 3, theirs: 0 },
    { change: (bytes: Buffer, [, , third = 0]: number[]) => flippedAt(bytes, third + 60), ours: 2, theirs: 3 },
    { change: (bytes: Buffer, [, , third = 0]: number[]) => bytes.subarray(0, third), ours: 2, theirs: 3 },
    { change: (bytes: Buffer, [, second = 0]: number[]) => bytes.subarray(0, second + 5), ours: 2, theirs: 0 },
  ];
  for (const { change, ...arrive } of damages) {
    const { ours, theirs, directory, spool, segment, starts } = await closedSegment();
    const damaged = change(await readFile(segment.file), starts);
    await writeFile(segment.file, damaged);
    const { log, lines } = recordingLog();
    const arrived = arrive.ours + arrive.theirs;
    expect(await shipSegment(spool, stored.store, segment, log)).toEqual({
      kind: 'shipped',
      items: arrived,
      quarantinedItems: 6 - arrived,
    });
    expect(await countsOf(stored.store, ours)).toMatchObject({ rows: arrive.ours });
    expect(await countsOf(stored.store, theirs)).toMatchObject({ rows: arrive.theirs });
    const lost = Object.entries({ [ours]: 3 - arrive.ours, [theirs]: 3 - arrive.theirs }).filter(([, items]) => items > 0);
    const file = path.join(directory, 'quarantine', segment.name.replace('.segment', '-damaged.segment'));
    const fields = { file, lostItems: 6 - arrived, lostByEnvironment: Object.fromEntries(lost) };
    expect(lines).toEqual([expect.objectContaining({ level: 'error', fields: expect.objectContaining(fields) })]);
    expect(await readFile(file)).toEqual(damaged);
    expect(spool.state()).toMatchObject({ waitingItems: 0, quarantinedFiles: 1, quarantinedBytes: damaged.length });
    await spool.close();
  }
});

test('A damaged segment that was taken over is shipped as far as it can be read, and a person who mends it can give it back', async () => {
  const { ours, theirs, directory, spool, segment, starts } = await closedSegment();
  await spool.close();
  const left = path.join(directory, 'replicas', 'left');
  const whole = await readFile(segment.file);
  await mkdir(left);
  await writeFile(path.join(left, segment.name), Buffer.from(whole).fill(0xff, starts[1], (starts[1] ?? 0) + 40));
  await rm(segment.file);
  const shipped: unknown[] = [];
  const next = await openTestSpool(directory);
  startTestShipper(next, stored.store, { onShipped: (what) => shipped.push(what) });
  await expect.poll(() => shipped, soon).toMatchObject([{ items: 3, quarantinedItems: 0 }]);
  expect(await countsOf(stored.store, theirs)).toEqual({ rows: 0, items: 0 });
  const [kept = '', ...others] = await readdir(path.join(directory, 'quarantine'));
  expect(others).toEqual([]);
  // As the guide says it: a directory that is complete when it comes among the replicas.
  const again = path.join(directory, 'again');
  await mkdir(again);
  await writeFile(path.join(again, kept), whole);
  await rename(again, left);
  await next.adopt();
  await expect.poll(() => countsOf(stored.store, theirs), soon).toEqual({ rows: 3, items: 3 });
  expect(await countsOf(stored.store, ours)).toMatchObject({ items: 3 });
  await next.close();
});

test('Two replicas with a spool each bring all of their items, however they are mixed', async () => {
  const environmentId = randomUUID();
  const directory = await spoolDirectory();
  const spools = await Promise.all([openTestSpool(directory), openTestSpool(directory)]);
  for (const spool of spools) startTestShipper(spool, stored.store);
  const sent = purchases(300);
  // Every item goes to both, as when a sender repeats what one replica did not answer.
  await Promise.all(
    sent.flatMap((item, index) => [
      spools[index % 2]?.append(batchOf(environmentId, [item])),
      spools[(index + 1) % 2]?.append(batchOf(environmentId, [item])),
    ]),
  );
  await expect.poll(() => spools.map((spool) => spool.state().waitingItems), soon).toEqual([0, 0]);
  expect(await countsOf(stored.store, environmentId)).toMatchObject({ items: 300 });
  await Promise.all(spools.map((spool) => spool.close()));
});

test('Without a spool a batch is acknowledged when it is in the store, and refused while that is down', async () => {
  const environmentId = randomUUID();
  const sinkOf = (store: EventStore) =>
    createDirectSink({ store, newToken: randomUUID, log: recordingLog().log, onStored: () => undefined });
  const sink = sinkOf(stored.store);
  const outcomes = await Promise.all([...Array(20).keys()].map(() => sink.append(batchOf(environmentId, purchases(5)))));
  expect(new Set(outcomes)).toEqual(new Set(['stored']));
  expect(await countsOf(stored.store, environmentId)).toEqual({ rows: 100, items: 100 });
  const down = gone();
  expect(await sinkOf(down).append(batchOf(environmentId, purchases(1)))).toBe('failed');
  await down.close();
});

test('Without a spool, one batch that can not be taken does not spoil those that came with it', async () => {
  const environmentId = randomUUID();
  const sink = createDirectSink({
    store: stored.store,
    newToken: randomUUID,
    log: recordingLog().log,
    onStored: () => undefined,
  });
  const good = batchOf(environmentId, purchases(1));
  const broken = withEventBytes(good, neverRows);
  const first = sink.append(good);
  // These two come during the first insert and share the next.
  const outcomes = await Promise.all([first, sink.append(broken), sink.append(batchOf(environmentId, purchases(1)))]);
  expect(outcomes).toEqual(['stored', 'failed', 'stored']);
});

test('Without a spool, as many bytes as the limit wait for the store, and a further batch is refused until there is room', async () => {
  let open: () => void = () => undefined;
  const door = new Promise<void>((resolve) => (open = resolve));
  const sink = createDirectSink({
    // The real store, behind a door that is shut at first.
    store: { ...stored.store, insertBinary: (...insert) => door.then(() => stored.store.insertBinary(...insert)) },
    newToken: randomUUID,
    log: recordingLog().log,
    onStored: () => undefined,
  });
  const environmentId = randomUUID();
  const small = batchOf(environmentId, purchases(1));
  // Its bytes are no rows: the store refuses it when its turn comes.
  const large = withEventBytes(small, Buffer.alloc(shipLimits.directWaitingBytes - bytesOf(small), 255));
  const waiting = [sink.append(small), sink.append(large)];
  expect(await sink.append(small)).toBe('full');
  open();
  expect(await Promise.all(waiting)).toEqual(['stored', 'failed']);
  expect(await sink.append(batchOf(environmentId, purchases(1)))).toBe('stored');
});
