import { expect, test } from 'vitest';
import { formatOf } from './format-of.ts';
import { isCancellable, jobShare, jobStanding, jobTitle } from './job-words.ts';
import type { EventJob } from './upload.ts';

const job: EventJob = {
  id: '1',
  kind: 'import',
  state: 'running',
  request: { fileName: 'orders.csv', sizeBytes: 1_000 },
  progress: { receivedBytes: 1_000, consumedBytes: 250, accepted: 1_234, rejected: 2 },
  attempts: 1,
  cancelling: false,
  errorCode: '',
  errorMessage: '',
  createdBy: 'ada@example.org',
  createdAt: '2026-01-01T00:00:00Z',
};

test('An import is told by its file, its rows and how much of it is read', () => {
  expect(jobTitle(job)).toBe('Import of orders.csv');
  expect(jobStanding(job)).toBe('1,234 accepted, 2 rejected');
  expect(jobShare(job)).toBe(0.25);
});

test('An import whose file has not come whole says that it waits, until it has ended', () => {
  const broken: EventJob = { ...job, state: 'waiting', progress: { ...job.progress, receivedBytes: 500, rejected: 0 } };
  expect(jobStanding(broken)).toBe('1,234 accepted; waits for the rest of the file');
  expect(jobStanding({ ...broken, state: 'cancelled' })).toBe('1,234 accepted');
});

test('A job of another kind is told by what went wrong, and has no share', () => {
  const other: EventJob = { ...job, kind: 'erase-unit', errorMessage: 'The event store does not answer.' };
  expect([jobTitle(other), jobStanding(other), jobShare(other)]).toEqual([
    'Deletion of one unit’s data',
    'The event store does not answer.',
    undefined,
  ]);
});

test('What is taken up from the quarantine is counted, and said to go on', () => {
  const replay: EventJob = { ...job, kind: 'replay-quarantine', state: 'waiting', progress: { replayed: 1_200, unfit: 3 } };
  expect(jobTitle(replay)).toBe('Taking up what was kept aside');
  expect(jobStanding(replay)).toBe('1,200 taken up, 3 do not fit; looks again for late ones');
  expect(jobStanding({ ...replay, state: 'succeeded', progress: { replayed: 2 } })).toBe('2 taken up');
});

test('Only an import that has not ended may be cancelled, once', () => {
  expect(isCancellable(job)).toBe(true);
  expect(isCancellable({ ...job, cancelling: true })).toBe(false);
  expect(isCancellable({ ...job, state: 'succeeded' })).toBe(false);
  expect(isCancellable({ ...job, kind: 'replay-quarantine' })).toBe(false);
});

test.each([
  ['a.CSV', 'csv'],
  ['a.b.ndjson', 'jsonl'],
  ['a.parquet', 'parquet'],
  ['a.xlsx', undefined],
  ['csv.toString', undefined],
])('The file %s is read as %s', (name, format) => {
  expect(formatOf(name)).toBe(format);
});
