import { expect, test } from 'vitest';
import { createUsageCounts } from './usage-counts.ts';
import type { UsageItem } from './usage-item.ts';
import { usageLimits } from './usage-limits.ts';

const hour = usageLimits.periodMs;
const startMs = 1_000 * hour + 60_000;

function newCounts() {
  let ids = 0;
  const counts = createUsageCounts(() => `id-${++ids}`, startMs);
  const report = (nowMs: number, answer = true): readonly UsageItem[] => {
    const sent: UsageItem[] = [];
    counts.report(nowMs, (item) => {
      sent.push(structuredClone(item));
      return answer;
    });
    return sent;
  };
  return { ...counts, report };
}

test('Each summary of an hour has the same id and counts from the beginning; where nothing changed there is none', () => {
  const { add, report } = newCounts();
  add('a', 'on', 'SPLIT', 'count');
  add('a', 'on', 'SPLIT', 'delivered', 3);
  add('a', undefined, 'DISABLED', 'count');
  const item = { type: 'usage', id: 'id-1', from: startMs };
  const first = { flag: 'a', variant: 'on', reason: 'SPLIT', count: 1, delivered: 3 };
  const second = { flag: 'a', reason: 'DISABLED', count: 1 };
  expect(report(startMs + 1)).toEqual([{ ...item, at: startMs + 1, to: startMs + 1, flags: [first, second] }]);
  expect(report(startMs + 2)).toEqual([]);
  add('a', 'on', 'SPLIT', 'count', 9);
  expect(report(startMs + 3)).toEqual([{ ...item, at: startMs + 3, to: startMs + 3, flags: [{ ...first, count: 10 }, second] }]);
});

test('A new hour begins anew, under another id', () => {
  const { add, report, isOver } = newCounts();
  add('a', 'on', 'SPLIT', 'count');
  const nextMs = startMs - (startMs % hour) + hour;
  expect([isOver(nextMs - 1), isOver(nextMs)]).toEqual([false, true]);
  expect(report(nextMs)).toMatchObject([{ id: 'id-1', from: startMs, to: nextMs, flags: [{ count: 1 }] }]);
  add('a', 'on', 'SPLIT', 'count');
  expect(report(nextMs + 1)).toMatchObject([{ id: 'id-2', from: nextMs, flags: [{ count: 1 }] }]);
});

test('An item tells one hundred answers, and one more goes into the next', () => {
  const { add, report } = newCounts();
  for (let index = 0; index <= usageLimits.groupsPerItem; index++) add(`f${index}`, 'on', 'STATIC', 'count');
  expect(report(startMs).map(({ id, flags }) => [id, flags.length])).toEqual([
    ['id-1', usageLimits.groupsPerItem],
    ['id-2', 1],
  ]);
  add('f0', 'on', 'STATIC', 'count');
  expect(report(startMs).map(({ id }) => id)).toEqual(['id-1']);
});

test('As many answers are told apart as the limit says; reads of further ones are told as a number', () => {
  const { add, report } = newCounts();
  for (let index = 0; index < usageLimits.maxGroups + 2; index++) add(`f${index}`, 'on', 'STATIC', 'count', 5);
  const items = report(startMs);
  expect(items.flatMap(({ flags }) => flags)).toHaveLength(usageLimits.maxGroups);
  expect(items.map(({ uncounted }) => uncounted ?? 0).reduce((sum, one) => sum + one)).toBe(10);
});

test('What could not be handed over is handed over again, and at the end of its hour becomes uncounted', () => {
  const { add, report } = newCounts();
  add('a', 'on', 'SPLIT', 'count', 4);
  expect(report(startMs, false)).toHaveLength(1);
  expect(report(startMs + hour, false)).toMatchObject([{ id: 'id-1', flags: [{ count: 4 }] }]);
  expect(report(startMs + hour + 1)).toMatchObject([{ id: 'id-2', flags: [], uncounted: 4 }]);
});

test('Of what had been told before only the rest becomes uncounted', () => {
  const { add, addUncounted, report } = newCounts();
  add('a', 'on', 'SPLIT', 'count', 4);
  expect(report(startMs)).toMatchObject([{ flags: [{ count: 4 }] }]);
  add('a', 'on', 'SPLIT', 'count', 3);
  addUncounted(2);
  report(startMs + hour, false);
  expect(report(startMs + hour + 1)).toMatchObject([{ id: 'id-2', flags: [], uncounted: 5 }]);
});

test('A clock that is set back does not make a period that ends before it begins', () => {
  const { add, report } = newCounts();
  add('a', 'on', 'SPLIT', 'count');
  expect(report(startMs - 10)).toMatchObject([{ from: startMs - 10, to: startMs - 10 }]);
});
