import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { isPassing, problem } from './problem.ts';

test.for([
  'STORE_UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAUTHENTICATED',
] as const)('A refusal with %s may be another answer the next time', (code) => {
  expect(isPassing(problem(code, 'not now'))).toBe(true);
});

test.for(['NOT_FOUND', 'VALIDATION_FAILED', 'PERMISSION_DENIED', 'VERSION_MISMATCH', 'INVALID_STATE'] as const)(
  'A refusal with %s stays one',
  (code) => {
    expect(isPassing(problem(code, 'never'))).toBe(false);
  },
);

test('What carries no problem of ours, such as a broken connection, passes', () => {
  expect(isPassing(new ConnectError('reset', Code.Unavailable))).toBe(true);
  expect(isPassing(new ConnectError('no such method', Code.Unimplemented))).toBe(true);
  expect(isPassing(new TypeError('x is not a function'))).toBe(true);
});
