import { expect, test } from 'vitest';
import { createTestClient } from '../testing/create-test-client.ts';
import { createRecordingLogger } from '../testing/recording-logger.test-support.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';

const definitions = [experimentFlag('checkout'), experimentFlag('by-email', {}, 'email')];

test('Kinds whose key is private are left out of exposures and events, by any way of naming them', () => {
  for (const name of ['org', '/org', '/org/key']) {
    const client = createTestClient({ definitions });
    const context = { targetingKey: 'u-42', org: { key: 'acme-secret' }, privateAttributes: [name] };
    expect(client.boolean('checkout', context, false)).toBe(true);
    client.track('purchase', context);
    expect([...client.exposures(), ...client.events()].map((item) => item.context)).toEqual([{ user: 'u-42' }, { user: 'u-42' }]);
  }
});

test("A client's private attributes hold for every context, besides the context's own", () => {
  const client = createTestClient({ definitions, privateAttributes: ['org'] });
  const context = client.context({
    targetingKey: 'u-42',
    org: { key: 'a' },
    device: { key: 'd' },
    privateAttributes: ['device'],
  });
  client.track('purchase', context);
  expect(client.events()[0]?.context).toEqual({ user: 'u-42' });
});

test('An exposure whose unit is private is not sent; it is counted and told once, without the unit', () => {
  const logger = createRecordingLogger();
  const client = createTestClient({ definitions, privateAttributes: ['email'], logger });
  expect(client.boolean('by-email', { targetingKey: 'u', email: 'me@example.org' }, false)).toBeTypeOf('boolean');
  expect(client.boolean('checkout', { targetingKey: 'u-42', privateAttributes: ['targetingKey'] }, false)).toBe(true);
  expect(client.exposures()).toEqual([]);
  expect(client.status().events.droppedBy.privateUnit).toBe(2);
  expect(logger.lines.join()).not.toContain('me@example.org');
});

test('An event about nobody but private keys is dropped as such', () => {
  const client = createTestClient({ definitions });
  expect(client.track('purchase', { targetingKey: 'u', privateAttributes: ['/key'] })).toBe(false);
  expect(client.status().events.droppedBy).toMatchObject({ privateUnit: 1, invalid: 0 });
});

test('Private attributes take part in evaluation', () => {
  const client = createTestClient({
    definitions: [
      experimentFlag('mail', {
        rules: [{ id: 'r', when: { attribute: 'email', op: 'endsWith', values: ['@example.org'] }, serve: { variant: 'on' } }],
        defaultServe: { variant: 'off' },
      }),
    ],
    privateAttributes: ['email'],
  });
  expect(client.boolean('mail', { targetingKey: 'u', email: 'me@example.org' }, false)).toBe(true);
});
