import { expect, test } from 'vitest';
import { MembershipCache } from './membership-cache.ts';

const times = { freshMs: 100, usableMs: 1_000, usableAfterChangeMs: 50, unknownListMs: 30 };
const list = { segment: 'vip', contextKind: 'user', version: 1, exact: false };

function cacheWith(member: boolean | undefined, maxEntries = 10) {
  const cache = new MembershipCache(maxEntries, times);
  cache.put({ segment: 'vip', key: 'u-1', member, version: 1, atMs: 0 });
  const freshness = (nowMs: number, as = list) => {
    const known = cache.find('vip', 'u-1');
    return known && cache.freshnessOf(known, as, nowMs);
  };
  return { cache, freshness };
}

test('An answer is fresh for a time, then stale, then as if it were not there', () => {
  const { freshness } = cacheWith(true);
  expect([0, 99, 100, 999, 1_000].map((nowMs) => freshness(nowMs))).toEqual(['fresh', 'fresh', 'stale', 'stale', 'expired']);
});

test('After a change of its list an answer is used for a short time from when that was first seen, and never of an exact list', () => {
  const { freshness } = cacheWith(false);
  const changed = { ...list, version: 2 };
  expect([10, 59, 60].map((nowMs) => freshness(nowMs, changed))).toEqual(['stale', 'stale', 'expired']);
  expect(freshness(10, { ...changed, exact: true })).toBe('expired');
  expect(freshness(10, { ...list, exact: true })).toBe('fresh');
});

test('That the server knows no such list is asked again soon, and is never used after a change', () => {
  const { freshness } = cacheWith(undefined);
  expect([29, 30].map((nowMs) => freshness(nowMs))).toEqual(['fresh', 'expired']);
  expect(freshness(0, { ...list, version: 2 })).toBe('expired');
});

test('A clock that was set back makes answers stale, so that they are asked again', () => {
  expect(cacheWith(true).freshness(-1)).toBe('stale');
});

test('At its limit the answer that was used least recently goes, and asking again replaces the one there was', () => {
  const { cache } = cacheWith(true, 3);
  for (const key of ['u-2', 'u-3']) cache.put({ segment: 'vip', key, member: true, version: 1, atMs: 0 });
  cache.find('vip', 'u-1');
  cache.put({ segment: 'other', key: 'u-4', member: false, version: 1, atMs: 0 });
  expect(['u-1', 'u-2', 'u-3'].map((key) => cache.find('vip', key) !== undefined)).toEqual([true, false, true]);
  cache.put({ segment: 'vip', key: 'u-3', member: false, version: 2, atMs: 5 });
  expect([cache.size, cache.find('vip', 'u-3')]).toMatchObject([3, { member: false, version: 2, atMs: 5 }]);
  expect(cache.find('other', 'u-4')?.member).toBe(false);
});

test('A list is forgotten as a whole, and others stay', () => {
  const { cache } = cacheWith(true);
  cache.put({ segment: 'vip', key: 'u-2', member: true, version: 1, atMs: 0 });
  cache.put({ segment: 'other', key: 'u-1', member: true, version: 1, atMs: 0 });
  cache.forget('vip');
  cache.forget('nowhere');
  expect([cache.size, cache.find('vip', 'u-1'), cache.find('other', 'u-1')?.member]).toEqual([1, undefined, true]);
});
