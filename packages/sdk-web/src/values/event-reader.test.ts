import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createEventReader } from './event-reader.ts';

const text =
  ': hello\n\nevent: values\nid: 1\ndata: {"a":1}\n\nevent:error\r\ndata:x\r\ndata: y\r\n\r\nretry: 5\n\ndata: plain\n\n';
const events = [
  { event: 'values', data: '{"a":1}' },
  { event: 'error', data: 'x\ny' },
  { event: 'message', data: 'plain' },
];

test('Events are the same however the stream is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 10 }), (cuts) => {
      const read = createEventReader(1_000);
      const places = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const pieces = places.slice(1).map((end, index) => text.slice(places[index], end));
      expect(pieces.flatMap((piece) => read(piece))).toEqual(events);
    }),
  );
});

test('An event may be as long as the limit, and no longer', () => {
  const line = `data: ${'x'.repeat(94)}`;
  expect(createEventReader(100)(`${line}\n\n`)).toHaveLength(1);
  expect(() => createEventReader(100)(`${line}x`)).toThrow(RangeError);
  const read = createEventReader(100);
  read(line);
  expect(() => read('xx')).toThrow(RangeError);
});
