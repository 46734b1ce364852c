import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { errorCode } from './guarded-call.ts';

test("The code of an error is read in whatever realm it was made, as Jest gives Node's own errors to what it tests", () => {
  const elsewhere: unknown = runInNewContext("Object.assign(new Error('gone'), { code: 'ENOENT' })");
  expect(elsewhere).not.toBeInstanceOf(Error);
  expect(errorCode(elsewhere)).toBe('ENOENT');
  expect(errorCode(Object.assign(new Error('full'), { code: 'ENOSPC' }))).toBe('ENOSPC');
  for (const other of [undefined, null, 'ENOENT', new Error('plain')]) expect(errorCode(other)).toBeUndefined();
});
