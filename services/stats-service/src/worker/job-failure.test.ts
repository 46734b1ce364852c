import { Code, ConnectError } from '@connectrpc/connect';
import { EventStoreFailure } from '@stitchd/db/clickhouse';
import { problem } from '@stitchd/service-kit';
import { expect, test } from 'vitest';
import { ComputationRefused, jobFailureOf } from './job-failure.ts';
import { retryPauseMs } from '@stitchd/service-kit';

test.for([
  [
    'an event store that is away',
    new EventStoreFailure({ kind: 'unavailable', reason: 'ECONNREFUSED host-7' }, undefined),
    'EVENT_STORE_UNAVAILABLE',
    true,
  ],
  ['one that is slow', new EventStoreFailure({ kind: 'timeout', reason: 'Timeout' }, undefined), 'EVENT_STORE_TIMEOUT', true],
  ['too much data', new EventStoreFailure({ kind: 'memory', reason: 'limit' }, undefined), 'EVENT_STORE_MEMORY', false],
  [
    'a refused query',
    new EventStoreFailure({ kind: 'query', reason: 'syntax', code: 62 }, undefined),
    'EVENT_STORE_REFUSED',
    false,
  ],
  ['a service that is away', problem('STORE_UNAVAILABLE', 'away'), 'SERVICE_UNAVAILABLE', true],
  ['a broken connection', new ConnectError('reset', Code.Unavailable), 'SERVICE_UNAVAILABLE', true],
  ['an experiment that is gone', problem('NOT_FOUND', 'none'), 'EXPERIMENT_NOT_FOUND', false],
  ['a service that refuses', problem('PERMISSION_DENIED', 'no'), 'INTERNAL', false],
  [
    'an experiment that never started',
    new ComputationRefused('EXPERIMENT_NOT_STARTED', 'not yet'),
    'EXPERIMENT_NOT_STARTED',
    false,
  ],
  ['a mistake of ours', new TypeError('x is not a function'), 'INTERNAL', false],
] as const)(
  'A computation that met %s fails with a stable code, and is tried again only where that may help',
  ([, error, code, isPassing]) => {
    expect(jobFailureOf(error)).toMatchObject({ code, isPassing });
    expect(jobFailureOf(error).message).not.toMatch(/host-7|is not a function/);
  },
);

test('The pause doubles with each attempt', () => {
  expect([1, 2, 3].map((attempt) => retryPauseMs(5_000, attempt))).toEqual([5_000, 10_000, 20_000]);
});
