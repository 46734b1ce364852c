import { expect, test } from 'vitest';
import { createMailbox } from './mailbox.ts';

const never = new AbortController().signal;
const long = 60_000;

test('What was put is taken at once and in order', async () => {
  const mailbox = createMailbox<number>(10);
  mailbox.put(1);
  mailbox.put(2);
  expect(await mailbox.take(long, never)).toEqual([1, 2]);
});

test('A reader who waits is woken by what comes', async () => {
  const mailbox = createMailbox<number>(10);
  const taken = mailbox.take(long, never);
  mailbox.put(1);
  expect(await taken).toEqual([1]);
});

test('A wait ends with nothing when its time is over or its signal aborts', async () => {
  const mailbox = createMailbox<number>(10);
  expect(await mailbox.take(1, never)).toEqual([]);
  const closing = new AbortController();
  const taken = mailbox.take(long, closing.signal);
  closing.abort();
  expect(await taken).toEqual([]);
  expect(await mailbox.take(long, closing.signal)).toEqual([]);
});

test('As many as the limit wait, and one more tells the reader to begin anew', async () => {
  const mailbox = createMailbox<number>(2);
  mailbox.put(1);
  mailbox.put(2);
  expect(await mailbox.take(long, never)).toEqual([1, 2]);
  mailbox.put(3);
  mailbox.put(4);
  mailbox.put(5);
  expect(await mailbox.take(long, never)).toBe('overflowed');
});
