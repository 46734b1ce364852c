import { validationLimits, type ValidationError } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import { listLimits } from '../limits.ts';

/** Bad keys that are named one by one; of the rest only how many there are. */
const namedErrors = 20;

/** Notes keys that no list can hold, under `path`. */
export function checkKeys(keys: readonly string[], path: string, errors: ValidationError[]): void {
  noteSome(keys, path, errors, whatIsWrong);
}

/**
 * Notes what is wrong with items, the first of them one by one.
 * @param member - the part of an item that it is about
 */
export function noteSome<T>(
  items: readonly T[],
  path: string,
  errors: ValidationError[],
  wrong: (item: T) => string | undefined,
  member?: string,
): void {
  let bad = 0;
  for (const [index, item] of items.entries()) {
    const message = wrong(item);
    if (message === undefined) continue;
    bad++;
    if (bad <= namedErrors) errors.push({ path: `${path}/${index}${member === undefined ? '' : `/${member}`}`, message });
  }
  if (bad > namedErrors) errors.push({ path, message: `has ${bad - namedErrors} more keys that can not be taken` });
}

function whatIsWrong(key: string): string | undefined {
  if (key === '') return 'must not be empty';
  if (!isStorableText(key)) return 'holds a character that can not be stored';
  // A text has at least as many bytes as UTF-16 units, and at most three times as many.
  const { listKeyBytes } = validationLimits;
  if (key.length * 3 <= listKeyBytes || Buffer.byteLength(key) <= listKeyBytes) return undefined;
  return `must have at most ${listKeyBytes} bytes`;
}

/** Notes too many keys in one call. */
export function checkKeyCount(count: number, path: string, errors: ValidationError[]): void {
  if (count > listLimits.keysPerCall)
    errors.push({ path, message: `are more than ${listLimits.keysPerCall} keys in one call: ${count}` });
}
