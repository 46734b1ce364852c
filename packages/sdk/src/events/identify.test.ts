import { expect, test } from 'vitest';
import { createTestClient } from '../testing/create-test-client.ts';

const device = { device: { key: 'd-1' } };
const user = { targetingKey: 'u-1' };

test('Keys of two kinds are said to belong together', () => {
  const client = createTestClient();
  expect(client.identify(device, user)).toBe(true);
  expect(client.status().events).toMatchObject({ queued: 1 });
});

test('What says nothing, contradicts itself or is private is dropped, counted, and throws nothing', () => {
  const client = createTestClient();
  expect(client.identify(user, user)).toBe(false);
  expect(client.identify(user, { targetingKey: 'u-2' })).toBe(false);
  expect(client.identify(device, {})).toBe(false);
  expect(client.identify(device, { ...user, privateAttributes: ['targetingKey'] })).toBe(false);
  expect(client.status().events.droppedBy.invalid).toBe(4);
});
