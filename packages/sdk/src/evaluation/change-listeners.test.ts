import { expect, test, vi } from 'vitest';
import { sdkLimits } from '../sdk-limits.ts';
import { createTestClient } from '../testing/create-test-client.ts';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';
import { createChangeListeners, type AnswerListener, type ChangeListener } from './change-listeners.ts';

const forAnna = (variant: string) =>
  experimentFlag('new', {
    targets: [{ contextKind: 'user', variant, keys: ['anna'] }],
    defaultServe: { variant: 'off' },
  });

test('Who listens to one flag and one context hears when that answer changes, and not of other changes', () => {
  const client = createTestClient({ definitions: [forAnna('off')], flags: { other: 1 } });
  const anna = vi.fn<AnswerListener>();
  const bert = vi.fn<AnswerListener>();
  client.onChange('new', { targetingKey: 'anna' }, anna);
  client.onChange('new', client.context({ targetingKey: 'bert' }), bert);
  client.setFlag('other', 2);
  client.setDefinition(forAnna('on'));
  client.setDefinition(forAnna('on'));
  expect(anna.mock.calls.map(([details]) => details)).toMatchObject([{ value: true, variant: 'on', reason: 'TARGETING_MATCH' }]);
  expect(bert).not.toHaveBeenCalled();
  client.removeFlag('new');
  expect(anna.mock.lastCall?.[0]).toMatchObject({ value: undefined, errorCode: 'FLAG_NOT_FOUND' });
});

test('Listening exposes nobody', () => {
  const client = createTestClient({ definitions: [experimentFlag('checkout')] });
  client.onChange('checkout', { targetingKey: 'u-42' }, () => undefined);
  client.setDefinition(experimentFlag('checkout', { defaultServe: { variant: 'on' } }));
  expect(client.exposures()).toEqual([]);
});

test('Who stopped listening hears nothing more, and stopping twice frees one place', () => {
  const client = createTestClient({ flags: { a: 1 } });
  const listener = vi.fn<() => void>();
  const stop = [client.onChange(listener), client.onChange('a', {}, listener)];
  for (const each of [...stop, ...stop]) each();
  client.setFlag('a', 2);
  expect(listener).not.toHaveBeenCalled();
});

test('A listener that throws, or rejects, keeps the news from nobody and is counted', async () => {
  const logger = createRecordingLogger();
  const client = createTestClient({ flags: { a: 1 }, logger });
  const heard = vi.fn<ChangeListener>();
  client.onChange(() => {
    throw new Error('broken');
  });
  client.onChange('a', {}, async () => {
    await Promise.resolve();
    throw new Error('later');
  });
  client.onChange(heard);
  client.setFlag('a', 2);
  await new Promise((resolve) => setImmediate(resolve));
  expect(heard).toHaveBeenCalledWith(['a']);
  expect(client.status().failures.listener).toBe(2);
  expect(logger.lines).toEqual(['warn: a change listener failed: broken', 'warn: a change listener failed: later']);
});

test('A listener that adds a listener does not listen for ever', () => {
  const client = createTestClient({ flags: { a: 1 } });
  let calls = 0;
  const addAnother = (): void => {
    calls++;
    client.onChange(addAnother);
  };
  client.onChange(addAnother);
  client.setFlag('a', 2);
  expect(calls).toBe(1);
});

test('Listeners beyond the limit are refused with a line in the log', () => {
  const logger = createRecordingLogger();
  const listeners = createChangeListeners(logger, () => undefined);
  const heard = vi.fn<ChangeListener>();
  for (let index = 0; index < sdkLimits.maxChangeListeners; index++) listeners.onChange(() => undefined);
  expect(logger.lines).toEqual([]);
  listeners.onChange(heard);
  listeners.changed(['a']);
  expect(heard).not.toHaveBeenCalled();
  expect(logger.lines).toHaveLength(1);
});
