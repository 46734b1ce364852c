import { expect, test } from 'vitest';
import { closingOf, namedSkippedLimit, type TestEvent } from './closing-line.mjs';

const ended: TestEvent = { kind: 'ended', reason: 'passed' };
const passed: TestEvent = { kind: 'passed', name: 'a' };

test('The closing line counts passed and failed tests', () => {
  const events: TestEvent[] = [passed, passed, { kind: 'failed', name: 'b' }, ended];
  expect(closingOf({ events, exitCode: 1 })).toEqual({ lines: ['2 passed, 1 failed'], failed: 1 });
});

test('A run without failures has none', () => {
  expect(closingOf({ events: [passed, ended], exitCode: 0 })).toEqual({ lines: ['1 passed, 0 failed'], failed: 0 });
});

test('Skipped tests are counted, and named with their note in the line before', () => {
  const events: TestEvent[] = [passed, { kind: 'skipped', name: 'demo', note: 'no data' }, { kind: 'skipped', name: 'b' }, ended];
  expect(closingOf({ events, exitCode: 0 }).lines).toEqual(['skipped: demo (no data); b', '1 passed, 0 failed, 2 skipped']);
});

test('No more skipped tests are named than the limit', () => {
  const skipped = (amount: number) => Array.from({ length: amount }, (): TestEvent => ({ kind: 'skipped', name: 's' }));
  const line = (amount: number) => closingOf({ events: [...skipped(amount), ended], exitCode: 0 }).lines[0];
  expect(line(namedSkippedLimit)).not.toContain('more');
  expect(line(namedSkippedLimit + 1)).toContain('; and 1 more');
});

test('What fails outside a test counts as failed', () => {
  const events: TestEvent[] = [passed, { kind: 'failed-outside-a-test', name: 'a file' }, ended];
  expect(closingOf({ events, exitCode: 1 })).toEqual({ lines: ['1 passed, 1 failed'], failed: 1 });
});

test('A run that ended before its end has failed', () => {
  const lines = ['The test run crashed before its end.', '1 passed, 1 failed'];
  expect(closingOf({ events: [passed], exitCode: null })).toEqual({ lines, failed: 1 });
});

test('A run that found no tests has failed', () => {
  expect(closingOf({ events: [ended], exitCode: 1 })).toEqual({
    lines: ['No tests were found.', '0 passed, 1 failed'],
    failed: 1,
  });
});

test('An exit status that no test explains has failed', () => {
  const lines = ['The test run ended with exit status 3.', '1 passed, 1 failed'];
  expect(closingOf({ events: [passed, ended], exitCode: 3 })).toEqual({ lines, failed: 1 });
});
