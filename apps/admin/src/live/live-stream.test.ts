import { expect, test } from 'vitest';
import { takeEvents } from './live-stream.ts';

test('Events are taken out of a stream as they become whole, and comments mean nothing', () => {
  const taken: string[] = [];
  const take = (event: string, data: string) => void taken.push(`${event} ${data}`);
  const rest = takeEvents(':\n\nevent: items\ndata: {"a":1}\n\nevent: wai', take);
  expect(taken).toEqual(['items {"a":1}']);
  expect(takeEvents(`${rest}ting\ndata: {}\n\n`, take)).toBe('');
  expect(taken).toEqual(['items {"a":1}', 'waiting {}']);
});
