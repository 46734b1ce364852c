import { validationLimits, type ValidationError } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import { listLimits } from '../limits.ts';

/** Bad keys that are named one by one; of the rest only how many there are. */
const namedErrors = 20;

/** Notes keys that no list can hold, under `path`. */
export function checkKeys(keys: readonly string[], path: string, errors: ValidationError[]): void {
  let bad = 0;
  for (const [index, key] of keys.entries()) {
    const message = whatIsWrong(key);
    if (message === undefined) continue;
    bad++;
    if (bad <= namedErrors) errors.push({ path: `${path}/${index}`, message });
  }
  if (bad > namedErrors) errors.push({ path, message: `has ${bad - namedErrors} more keys that can not be taken` });
}

function whatIsWrong(key: string): string | undefined {
  if (key === '') return 'must not be empty';
  if (!isStorableText(key)) return 'holds a character that can not be stored';
  // A text has at least as many bytes as UTF-16 units, and at most three times as many.
  if (key.length * 3 <= validationLimits.listKeyBytes || Buffer.byteLength(key) <= validationLimits.listKeyBytes)
    return undefined;
  return `must have at most ${validationLimits.listKeyBytes} bytes`;
}

/** Notes too many keys in one call. */
export function checkKeyCount(count: number, path: string, errors: ValidationError[]): void {
  if (count > listLimits.keysPerCall)
    errors.push({ path, message: `are more than ${listLimits.keysPerCall} keys in one call: ${count}` });
}
