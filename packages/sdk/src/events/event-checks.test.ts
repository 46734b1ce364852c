import { expect, test } from 'vitest';
import { compileDefinitions, type CompiledDefinitions } from '@stitchd/core';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import { createEventChecks } from './event-checks.ts';

function event(key: string, more: object = {}) {
  const body = JSON.stringify({ key, valueType: 'none', requiredContexts: [], archived: false, ...more });
  return { kind: 'event', id: key, revision: 1, body };
}

const strictly = { kind: 'event-settings', id: 'e', revision: 1, body: '{"key":"event-settings","strict":true}' };

function checksOf(...entities: readonly { kind: string; id: string; revision: number; body: string }[]) {
  const logger = createRecordingLogger();
  let compiled: CompiledDefinitions | undefined = compileDefinitions(entities);
  const checks = createEventChecks({ compiled: () => compiled, logger });
  return { checks, lines: logger.lines, lose: () => (compiled = undefined) };
}

const none = { undefinedEvent: 0, archivedEvent: 0, wrongValue: 0, missingContext: 0 };

test('An event that fits its definition is sent without a word', () => {
  const { checks, lines } = checksOf(event('purchase', { valueType: 'double', requiredContexts: ['user'] }));
  expect(checks.check('purchase', 9.5, { user: 'u-1' })).toBe(true);
  expect(checks.counts()).toEqual(none);
  expect(lines).toEqual([]);
});

test('An undefined event is named once, counted each time and sent: the server keeps it aside', () => {
  const { checks, lines } = checksOf(event('purchase'));
  expect([checks.check('purchas', undefined, {}), checks.check('purchas', undefined, {})]).toEqual([true, true]);
  expect(checks.counts()).toEqual({ ...none, undefinedEvent: 2 });
  expect(lines).toEqual(['warn: event purchas is not defined; the server keeps it aside for 7 days']);
});

test('Where the environment is strict, it is said that the server refuses an undefined event', () => {
  const { checks, lines } = checksOf(event('purchase'), strictly);
  expect(checks.check('purchas', undefined, {})).toBe(true);
  expect(lines).toEqual(['warn: event purchas is not defined; the server refuses it']);
});

test('A value of a wrong type is named and never sent', () => {
  const { checks, lines } = checksOf(event('rating', { valueType: 'integer' }));
  expect(checks.check('rating', 1.5, {})).toBe(false);
  expect(checks.counts()).toEqual({ ...none, wrongValue: 1 });
  expect(lines).toEqual(['warn: event rating needs a whole number as its value; it is not sent']);
});

test('An archived event and a missing context kind are named, and left to the server, which may know better by then', () => {
  const { checks, lines } = checksOf(event('old', { archived: true, requiredContexts: ['org'] }));
  expect(checks.check('old', undefined, { user: 'u-1' })).toBe(true);
  expect(checks.counts()).toEqual({ ...none, archivedEvent: 1, missingContext: 1 });
  expect(lines).toHaveLength(2);
});

test('Without definitions, or where a project has no events, nothing is said', () => {
  const { checks, lines, lose } = checksOf();
  expect(checks.check('anything', 1, {})).toBe(true);
  lose();
  expect(checks.check('anything', 1, {})).toBe(true);
  expect(lines).toEqual([]);
});

test('A type of value that is not known here asks for nothing', () => {
  const { checks } = checksOf(event('next', { valueType: 'money' }));
  expect(checks.check('next', 'EUR 5', {})).toBe(true);
  expect(checks.counts()).toEqual(none);
});
