import { Code, ConnectError } from '@connectrpc/connect';
import { expect, test } from 'vitest';
import { isPassing, problem, problemOf } from './problem.ts';

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

test('Where the connection broke because whoever was asked was killed, the problem is that the service does not answer', () => {
  const broken = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  for (const code of [Code.Aborted, Code.Unavailable])
    expect(problemOf(new ConnectError('read ECONNRESET', code, undefined, undefined, broken)).code).toBe('SERVICE_UNAVAILABLE');
});
