import { expect, test } from 'vitest';
import { matchesETag, takesGzip } from './representation.ts';

test.each([
  [undefined, false],
  ['', false],
  ['gzip', true],
  ['GZIP', true],
  ['br, deflate', false],
  ['br;q=1.0, gzip;q=0.8, *;q=0.1', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['*', true],
  ['*;q=0', false],
  ['gzip;q=0, *', false],
  ['x-gzip', false],
])('Accept-Encoding %s allows gzip: %s', (header, allows) => {
  expect(takesGzip(header)).toBe(allows);
});

test.each([
  [undefined, false],
  ['', false],
  ['"1-a"', true],
  ['W/"1-a"', true],
  ['"0", "1-b"', true],
  ['*', true],
  ['1-a', false],
  ['"1-c"', false],
])('If-None-Match %s matches: %s', (header, matches) => {
  expect(matchesETag(header, ['"1-a"', '"1-b"'])).toBe(matches);
});
