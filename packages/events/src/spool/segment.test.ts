import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { environmentId, encode, exposed, purchase, rowsIn } from '../items/items.test-support.ts';
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
  reading.kind === 'segment' ? reading.content.frames.map((frame) => rowsIn(frame, 'event')) : reading.kind;

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
  const plain = (items: typeof mixed | undefined) =>
    items?.sections.map(({ bytes, ...section }) => ({ ...section, bytes: Buffer.from(bytes).toString('hex') }));
  expect(first?.environmentId).toBe(mixed.environmentId);
  expect(plain(first)).toEqual(plain(mixed));
  expect(plain(first)).toMatchObject([
    { table: 'event', rows: 1 },
    { table: 'exposure', rows: 2 },
  ]);
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
  later.writeUInt16LE(99, 4);
  expect(rowsOf(await segmentOf(later))).toBe('unreadable');
});

test('A segment with rows of a table or a layout that is not known is left for the program that wrote it', async () => {
  const strange = (more: object) => {
    const { sections } = encode([purchase()]).items;
    return encodeFrame({ environmentId, sections: sections.map((section) => ({ ...section, ...more })) });
  };
  for (const more of [{ table: 'weather' }, { layout: 99 }])
    expect(rowsOf(await segmentOf(Buffer.concat([whole, strange(more)])))).toBe('unreadable');
});

test('A segment of the first format, which knew events and exposures alone, is still read', async () => {
  const [events, exposures] = [Buffer.from('events'), Buffer.from('exposure rows')];
  const counts = Buffer.alloc(12);
  counts.writeUInt32LE(2, 0);
  counts.writeUInt32LE(3, 4);
  counts.writeUInt32LE(events.length, 8);
  const identity = Buffer.from('0070000000009e01' + '0e00000000000080', 'hex');
  const payload = Buffer.concat([identity, counts, events, exposures]);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(payload.length, 0);
  lengths.writeUInt32LE(crc32(payload), 4);
  const head = Buffer.from(encodeSegmentHead(1_234));
  head.writeUInt16LE(1, 4);
  head.writeUInt16LE(1, 6);
  const reading = await segmentOf(Buffer.concat([head, lengths, payload]));
  expect(reading).toMatchObject({
    content: {
      beganAtMs: 1_234,
      frames: [
        {
          environmentId,
          sections: [
            { table: 'event', layout: 1, rows: 2 },
            { table: 'exposure', layout: 1, rows: 3 },
          ],
        },
      ],
    },
  });
  const [frame] = reading.kind === 'segment' ? reading.content.frames : [];
  expect(frame?.sections.map(({ bytes }) => Buffer.from(bytes).toString())).toEqual(['events', 'exposure rows']);
});
