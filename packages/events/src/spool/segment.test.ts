import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { encode, exposed, purchase } from '../items/items.test-support.ts';
import { encodeFrame } from './frame.ts';
import { beginSegment } from './segment-writer.ts';
import { encodeSegmentHead, readSegment, segmentHeadBytes } from './segment.ts';
import { spoolDirectory } from './spool.test-support.ts';

const frames = [1, 2, 3].map((count) => encodeFrame(encode([...Array(count).keys()].map(() => purchase())).items));

async function segmentOf(bytes: Uint8Array): Promise<Awaited<ReturnType<typeof readSegment>>> {
  const file = path.join(await spoolDirectory(), 'x.segment');
  await writeFile(file, bytes);
  return readSegment(file);
}

const whole = Buffer.concat([encodeSegmentHead(1_234), ...frames]);
const rowsOf = (reading: Awaited<ReturnType<typeof readSegment>>) =>
  reading.kind === 'segment' ? reading.content.frames.map(({ events }) => events.rows) : reading.kind;

test('A segment gives back the batches that were appended', async () => {
  const file = path.join(await spoolDirectory(), 'a.segment');
  const writer = await beginSegment(file, 1_234);
  const mixed = encode([purchase(), exposed(), exposed()]).items;
  await writer.append([encodeFrame(mixed)]);
  await writer.append(frames);
  await writer.close();
  const reading = await readSegment(file);
  expect(reading).toMatchObject({ kind: 'segment', content: { beganAtMs: 1_234, tornBytes: 0, damagedFrames: 0 } });
  const [first] = reading.kind === 'segment' ? reading.content.frames : [];
  expect(first).toMatchObject({ environmentId: mixed.environmentId, events: { rows: 1 }, exposures: { rows: 2 } });
  expect(Buffer.from(first?.exposures.bytes ?? [])).toEqual(Buffer.from(mixed.exposures.bytes));
  expect((await readFile(file)).length).toBe(writer.bytes);
});

test('Wherever a segment is torn, the batches before the tear are read and nothing else', async () => {
  const ends = frames.reduce<number[]>((all, frame) => [...all, (all.at(-1) ?? segmentHeadBytes) + frame.length], []);
  for (let length = 0; length <= whole.length; length += 7) {
    const complete = ends.filter((end) => end <= length).length;
    expect(rowsOf(await segmentOf(whole.subarray(0, length))), `torn at ${length}`).toEqual([1, 2, 3].slice(0, complete));
  }
});

test('A torn end of zeros or of old content is dropped', async () => {
  for (const tail of [Buffer.alloc(5_000), Buffer.alloc(100, 0xff), Buffer.from(frames[0] ?? []).fill(1, 20)]) {
    const reading = await segmentOf(Buffer.concat([whole, tail]));
    expect(rowsOf(reading)).toEqual([1, 2, 3]);
    expect(reading).toMatchObject({ content: { tornBytes: tail.length, damagedFrames: 0 } });
  }
});

test('A batch that is damaged in the middle is left out and counted, and those after it are read', async () => {
  const bytes = Buffer.from(whole);
  const inSecond = segmentHeadBytes + (frames[0]?.length ?? 0) + 60;
  bytes[inSecond] = (bytes[inSecond] ?? 0) ^ 1;
  const reading = await segmentOf(bytes);
  expect(rowsOf(reading)).toEqual([1, 3]);
  expect(reading).toMatchObject({ content: { damagedFrames: 1, tornBytes: 0 } });
});

test('A file of another format is not read as one of ours', async () => {
  expect(rowsOf(await segmentOf(Buffer.from('this is no segment at all')))).toBe('unreadable');
  const later = Buffer.from(whole);
  later.writeUInt16LE(99, 6);
  expect(rowsOf(await segmentOf(later))).toBe('unreadable');
});
