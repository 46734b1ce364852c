import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import { expect, test } from 'vitest';
import { environmentId, encode, exposed, purchase, rowsIn, withEventBytes } from '../items/items.test-support.ts';
import { encodeFrame } from './frame.ts';
import { beginSegment } from './segment-writer.ts';
import { encodeSegmentHead, readSegment, segmentHeadBytes } from './segment.ts';
import { spoolLimits } from './spool-limits.ts';
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
  expect(reading).toMatchObject({ kind: 'segment', content: { beganAtMs: 1_234, tornBytes: 0, unreadBytes: 0 } });
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
    const complete = ends.filter((end) => end <= length);
    const reading = await segmentOf(whole.subarray(0, length));
    expect(rowsOf(reading), `torn at ${length}`).toEqual([1, 2, 3].slice(0, complete.length));
    const tornBytes = length < segmentHeadBytes ? length : length - (complete.at(-1) ?? segmentHeadBytes);
    expect(reading, `torn at ${length}`).toMatchObject({ content: { tornBytes, unreadBytes: 0 } });
  }
});

/** Where each batch begins, and where the last one ends. */
const starts = frames.reduce<number[]>((all, frame) => [...all, (all.at(-1) ?? 0) + frame.length], [segmentHeadBytes]);
const [first = 0, second = 0, third = 0, end = 0] = starts;

function changed(bytes: Buffer, ...changes: readonly (readonly [offset: number, ...values: number[]])[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [offset, ...values] of changes) copy.set(values, offset);
  return copy;
}
const flipped = (bytes: Buffer, offset: number) => changed(bytes, [offset, (bytes[offset] ?? 0) ^ 1]);

test('Zeros, old content or other bytes at the end are no torn end: they may have been a batch', async () => {
  for (const tail of [Buffer.alloc(5_000), Buffer.alloc(100, 0xff), Buffer.from(frames[0] ?? []).fill(1, 20)]) {
    const reading = await segmentOf(Buffer.concat([whole, tail]));
    expect(rowsOf(reading)).toEqual([1, 2, 3]);
    expect(reading).toMatchObject({ content: { tornBytes: 0, unreadBytes: tail.length } });
  }
});

test('A batch that is damaged is left out and counted, wherever it is, and those after it are read', async () => {
  for (const [index, start] of starts.slice(0, -1).entries()) {
    const reading = await segmentOf(flipped(whole, start + 60));
    expect(rowsOf(reading)).toEqual([1, 2, 3].filter((rows) => rows !== index + 1));
    expect(reading).toMatchObject({ content: { tornBytes: 0, unreadBytes: frames[index]?.length } });
  }
  const both = await segmentOf(flipped(flipped(whole, first + 60), second + 60));
  expect(rowsOf(both)).toEqual([3]);
  expect(both).toMatchObject({ content: { tornBytes: 0, unreadBytes: third - first } });
});

test('A batch of which the length alone is damaged is read whole, and so are those after it', async () => {
  for (const start of starts.slice(0, -1))
    for (const bit of [0, 1, 2, 3]) {
      const reading = await segmentOf(flipped(whole, start + bit));
      expect(rowsOf(reading), `byte ${start + bit}`).toEqual([1, 2, 3]);
      expect(reading).toMatchObject({ content: { tornBytes: 0, unreadBytes: 0 } });
    }
});

test('Where the whole head of a batch is gone, the batches behind it are found again', async () => {
  for (const filling of [0, 1, 0xff]) {
    const reading = await segmentOf(changed(whole, [second - 9, ...Array<number>(60).fill(filling)]));
    expect(rowsOf(reading)).toEqual([3]);
    expect(reading).toMatchObject({ content: { tornBytes: 0, unreadBytes: third - first } });
  }
  const last = await segmentOf(changed(whole, [third, ...Array<number>(60).fill(0xff)]));
  expect(rowsOf(last)).toEqual([1, 2]);
  expect(last).toMatchObject({ content: { tornBytes: 0, unreadBytes: end - third } });
});

test('A segment with a damaged beginning is known by its batches, and its time by the earliest', async () => {
  const reading = await segmentOf(changed(whole, [0, ...Array<number>(segmentHeadBytes).fill(0)]));
  expect(rowsOf(reading)).toEqual([1, 2, 3]);
  expect(reading).toMatchObject({ content: { beganAtMs: 0, tornBytes: 0, unreadBytes: segmentHeadBytes } });
  const sector = await segmentOf(changed(whole, [0, ...Array<number>(first + 20).fill(0)]));
  expect(rowsOf(sector)).toEqual([2, 3]);
  expect(sector).toMatchObject({ content: { unreadBytes: second } });
  const noTime = await segmentOf(changed(whole, [8, ...Array<number>(8).fill(0xff)]));
  expect(noTime).toMatchObject({ content: { beganAtMs: 0, unreadBytes: 0 } });
});

test('A last batch with a length beyond the end of the file that its own sections do not have is damaged, not torn', async () => {
  const reading = await segmentOf(flipped(changed(whole, [third + 1, 0x40]), third + 60));
  expect(rowsOf(reading)).toEqual([1, 2]);
  expect(reading).toMatchObject({ content: { tornBytes: 0, unreadBytes: end - third } });
});

test('Where two heads are gone, what is behind the second is found, and what is between them counts as unread', async () => {
  const gone = Array<number>(60).fill(0xff);
  const reading = await segmentOf(changed(whole, [first, ...gone], [third, ...gone]));
  expect(rowsOf(reading)).toEqual([]);
  const longer = Buffer.concat([whole, ...frames]);
  const more = await segmentOf(changed(longer, [first, ...gone], [third, ...gone]));
  expect(rowsOf(more)).toEqual([1, 2, 3]);
  expect(more).toMatchObject({ content: { unreadBytes: end - first } });
});

test('Bytes of an item that look like a batch are not taken for one, whatever is damaged before them', async () => {
  const forged = encodeFrame(encode([purchase()], { environmentId: '019e0000-0000-7000-8000-0000000000ff' }).items);
  const { items } = encode([purchase()]);
  const carrier = encodeFrame(withEventBytes(items, Buffer.concat([forged, Buffer.from('and more')])));
  const reading = await segmentOf(
    changed(Buffer.concat([encodeSegmentHead(1_234), carrier, ...frames]), [first, ...Array<number>(30).fill(0xff)]),
  );
  expect(rowsOf(reading)).toEqual([1, 2, 3]);
  expect(reading).toMatchObject({ content: { unreadBytes: carrier.length } });
});

test('Whole batches between a damaged head and an ordinary torn end are read', async () => {
  for (const tail of [2, 10, 40, second - first - 1]) {
    const torn = Buffer.concat([whole, Buffer.from(frames[0] ?? []).subarray(0, tail)]);
    const reading = await segmentOf(changed(torn, [first, ...Array<number>(60).fill(0xff)]));
    expect(rowsOf(reading), `${tail} bytes torn`).toEqual([2, 3]);
    expect(reading).toMatchObject({ content: { tornBytes: tail, unreadBytes: second - first } });
  }
});

test('Bytes of an item that look like a batch and a torn end are not taken for them, be they before batches or in the torn end', async () => {
  const forged = encodeFrame(encode([purchase()], { environmentId: '019e0000-0000-7000-8000-0000000000ff' }).items);
  const tornHead = Buffer.alloc(40);
  tornHead.writeUInt32LE(spoolLimits.frameBytes, 0);
  tornHead.writeUInt8(1, 24);
  tornHead.writeUInt32LE(spoolLimits.frameBytes - 28, 32);
  const carrier = encodeFrame(withEventBytes(encode([purchase()]).items, Buffer.concat([forged, tornHead])));
  const head = encodeSegmentHead(1_234);
  const gone = Array<number>(30).fill(0xff);
  const torn = carrier.subarray(0, -1);
  const damagedBefore = changed(Buffer.concat([head, carrier, ...frames, torn]), [first, ...gone]);
  expect(rowsOf(await segmentOf(damagedBefore))).toEqual([]);
  expect(rowsOf(await segmentOf(changed(Buffer.concat([head, carrier, ...frames]), [first, ...gone])))).toEqual([1, 2, 3]);
  const tornAlone = await segmentOf(Buffer.concat([whole, torn]));
  expect(rowsOf(tornAlone)).toEqual([1, 2, 3]);
  expect(tornAlone).toMatchObject({ content: { tornBytes: torn.length, unreadBytes: 0 } });
  const rowsDamaged = await segmentOf(
    Buffer.concat([whole, flipped(Buffer.from(carrier), carrier.length - 1), torn.subarray(0, 60)]),
  );
  expect(rowsOf(rowsDamaged)).toEqual([1, 2, 3]);
});

test('The search behind damage ends when it has checked as much as it may', async () => {
  const carrierOf = (bytes: number) => {
    // Heads that each claim everything up to the last byte, and whose checksums are wrong.
    const head = Buffer.alloc(39);
    const filling = Buffer.alloc(bytes);
    for (let at = 0; at + head.length < bytes; at += head.length) {
      head.writeUInt32LE(bytes - at - 8, 0);
      head.writeUInt8(1, 24);
      head.writeUInt32LE(bytes - at - 36, 32);
      head.copy(filling, at);
    }
    return Buffer.concat([encodeSegmentHead(1_234), Buffer.alloc(40, 0xff), filling, ...frames]);
  };
  const checkedBytes = (bytes: number) => (bytes * (bytes + 39)) / 39 / 2;
  const most = Math.floor(Math.sqrt(2 * 39 * spoolLimits.searchedBytes));
  expect(checkedBytes(most - 2_000)).toBeLessThan(spoolLimits.searchedBytes);
  expect(rowsOf(await segmentOf(carrierOf(most - 2_000)))).toEqual([1, 2, 3]);
  expect(rowsOf(await segmentOf(carrierOf(most + 2_000)))).toEqual([]);
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
