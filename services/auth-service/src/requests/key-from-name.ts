import { maxKeyLength } from '@stitchd/core';

/** The key of something that was only given a name; `fallback` where no letter or digit of it can be in a key. */
export function keyFromName(name: string, fallback: string): string {
  const key = name
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, maxKeyLength)
    .replaceAll(/^-+|-+$/g, '');
  return key === '' ? fallback : key;
}
