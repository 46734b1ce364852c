import type { Context, Span, TimeInput } from '@opentelemetry/api';
import { createReplica, writeDefinitionsDocument } from '@stitchd/core';
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from '@opentelemetry/sdk-logs';
import { expect, test } from 'vitest';
import { createTestClient } from '../testing/create-test-client.ts';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';
import type { TelemetryOptions } from './open-telemetry.ts';

function startLogs() {
  const exporter = new InMemoryLogRecordExporter();
  const provider = new LoggerProvider({ processors: [new SimpleLogRecordProcessor({ exporter })] });
  return { logger: provider.getLogger('shop'), events: () => exporter.getFinishedLogRecords() };
}

const start = (openTelemetry: TelemetryOptions) =>
  createTestClient({
    definitions: [experimentFlag('checkout')],
    flags: { release: true },
    privateAttributes: ['email'],
    openTelemetry,
  });

test('An evaluation is an event of the log with the attributes of the semantic conventions', () => {
  const { logger, events } = startLogs();
  start({ logger }).boolean('checkout', { targetingKey: 'u-42', email: 'me@example.org' }, false);
  expect(events()).toHaveLength(1);
  expect(events()[0]?.eventName).toBe('feature_flag.evaluation');
  expect(events()[0]?.attributes).toEqual({
    'feature_flag.key': 'checkout',
    'feature_flag.provider.name': 'Stitchd',
    'feature_flag.result.reason': 'split',
    'feature_flag.result.variant': 'on',
    'feature_flag.context.id': 'u-42',
    'feature_flag.version': '1',
  });
});

test('A failed evaluation tells the class of its error and the value that was answered', () => {
  const { logger, events } = startLogs();
  const client = start({ logger });
  client.string('release', {}, 'x'.repeat(300));
  client.number('absent', {}, 7);
  client.json('absent', {}, { a: 1 });
  expect(events().map(({ attributes }) => attributes)).toMatchObject([
    {
      'feature_flag.result.reason': 'error',
      'error.type': 'type_mismatch',
      'feature_flag.result.value': 'x'.repeat(256),
      'feature_flag.error.message': 'flag release is of type boolean, not string',
    },
    { 'error.type': 'flag_not_found', 'feature_flag.result.value': 7 },
    { 'error.type': 'flag_not_found', 'feature_flag.result.value': '{"a":1}' },
  ]);
});

test('A private targeting key is in no event', () => {
  const { logger, events } = startLogs();
  start({ logger }).boolean('release', { targetingKey: 'secret-1', privateAttributes: ['targetingKey'] }, false);
  expect(JSON.stringify(events()[0]?.attributes)).not.toContain('secret-1');
});

test('The environment is named where it is known', () => {
  const { logger, events } = startLogs();
  const replica = createReplica();
  replica.apply({ revision: 1, fromRevision: 0, last: true, checksum: 0n, entities: [], removed: [] });
  const client = createTestClient({ document: writeDefinitionsDocument(replica, 'env-1'), openTelemetry: { logger } });
  client.boolean('release', {}, false);
  expect(events()[0]?.attributes['feature_flag.set.id']).toBe('env-1');
});

test('An active span gets the event as well, and without one nothing happens', () => {
  const added: unknown[] = [];
  const span = {
    addEvent: (name: string, attributes: object) => added.push([name, attributes]),
  };
  let active: typeof span | undefined = span;
  const client = start({ activeSpan: () => active });
  client.boolean('release', {}, false);
  active = undefined;
  client.boolean('release', {}, false);
  expect(added).toMatchObject([['feature_flag.evaluation', { 'feature_flag.key': 'release' }]]);
});

test('Telemetry that fails changes no answer', () => {
  const logger = createRecordingLogger();
  const failing = {
    emit: () => {
      throw new Error('full');
    },
  };
  const client = createTestClient({ flags: { release: true }, openTelemetry: { logger: failing }, logger });
  expect(client.boolean('release', {}, false)).toBe(true);
  expect(logger.lines).toEqual(['warn: a hook failed: full']);
});

test('A span of the real API fits', () => {
  const fits: (span: Span, at: TimeInput, context: Context) => TelemetryOptions = (span) => ({ activeSpan: () => span });
  expect(fits).toBeTypeOf('function');
});
