import { createReplica, checksumOf, writeDefinitionsDocument } from '@stitchd/core';
import { expect, test } from 'vitest';
import { createTestClient } from './create-test-client.ts';
import { experimentFlag } from './split-flag.test-support.ts';

test('Flags answer the values that a test gives them, each by the method of its type, and others are not there', () => {
  const client = createTestClient({ flags: { release: true, colour: 'red', size: 3, ratio: 0.5, shape: { sides: 4 } } });
  const user = { targetingKey: 'u' };
  expect(client.boolean('release', user, false)).toBe(true);
  expect(client.string('colour', user, 'none')).toBe('red');
  expect(client.number('size', user, 0)).toBe(3);
  expect(client.number('ratio', user, 0)).toBe(0.5);
  expect(client.json('shape', user, { sides: 0 })).toEqual({ sides: 4 });
  expect(client.booleanDetails('release', user, false)).toMatchObject({ variant: 'on', reason: 'STATIC' });
  expect(client.booleanDetails('colour', user, true)).toMatchObject({ value: true, errorCode: 'TYPE_MISMATCH' });
  expect(client.booleanDetails('absent', user, true)).toMatchObject({ value: true, errorCode: 'FLAG_NOT_FOUND' });
});

test('A flag that is set or removed answers so from then on, and listeners hear of it', () => {
  const client = createTestClient({ flags: { release: false } });
  const heard: string[] = [];
  client.onChange((keys) => heard.push(...keys));
  client.setFlag('release', true);
  expect(client.boolean('release', {}, false)).toBe(true);
  client.removeFlag('release');
  expect(client.boolean('release', {}, false)).toBe(false);
  expect(heard).toEqual(['release', 'release']);
});

test('Exposures and tracked events are there for assertions, and can be cleared', async () => {
  const client = createTestClient({ definitions: [experimentFlag('checkout')] });
  const user = client.context({ targetingKey: 'u-42', org: { key: 'acme' } });
  user.boolean('checkout', false);
  client.track('purchase', user, { value: 19.9, properties: { currency: 'EUR' } });
  expect(client.exposures()).toMatchObject([
    { flag: 'checkout', variant: 'on', split: 'split-of-checkout', context: { user: 'u-42', org: 'acme' } },
  ]);
  expect(client.events()).toMatchObject([{ key: 'purchase', value: 19.9, properties: { currency: 'EUR' } }]);
  client.clear();
  expect([...client.exposures(), ...client.events()]).toEqual([]);
  expect(await client.flush()).toBe(true);
  await client.close();
  expect(client.status().connection).toBe('closed');
});

test('Rules and segments decide as in a real client', () => {
  const client = createTestClient({
    segments: [{ key: 'staff', type: 'list', contextKind: 'user', included: { keys: ['anna'] }, excluded: { keys: [] } }],
    definitions: [
      experimentFlag('admin', {
        rules: [{ id: 'r-1', when: { inSegment: 'staff' }, serve: { variant: 'on' } }],
        defaultServe: { variant: 'off' },
      }),
    ],
  });
  expect(client.booleanDetails('admin', { targetingKey: 'anna' }, false)).toMatchObject({
    value: true,
    metadata: { ruleId: 'r-1' },
  });
  expect(client.boolean('admin', { targetingKey: 'bert' }, true)).toBe(false);
});

test('A definitions document is what it says, and one that can not be used is refused', () => {
  const replica = createReplica();
  const entities = [{ kind: 'flag', id: 'f-1', revision: 4, body: JSON.stringify(experimentFlag('checkout')) }];
  replica.apply({ revision: 4, fromRevision: 0, last: true, checksum: checksumOf(entities), entities, removed: [] });
  const document = writeDefinitionsDocument(replica, 'e-1');
  const client = createTestClient({ document, flags: { other: 'x' } });
  expect(client.boolean('checkout', { targetingKey: 'u-42' }, false)).toBe(true);
  client.removeFlag('checkout');
  expect(client.booleanDetails('checkout', {}, false).errorCode).toBe('FLAG_NOT_FOUND');
  expect(() => createTestClient({ document: { ...document, checksum: '0000000000000000' } })).toThrow('checksum-mismatch');
  expect(() => createTestClient({ document: '[]' })).toThrow('can not be used');
});
