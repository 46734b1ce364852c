import { checksumOf, createReplica, writeDefinitionsDocument, type FlagDefinition } from '@stitchd/core';
import { expect, test } from 'vitest';
import { createTestClient, type TestClientOptions } from '../testing/create-test-client.ts';
import { experimentFlag } from '../testing/split-flag.test-support.ts';

const environmentId = '0190a000-0000-7000-8000-00000000000e';
const anna = { targetingKey: 'anna' };
const flags: readonly FlagDefinition[] = [
  experimentFlag('checkout', { clientVisible: true }),
  experimentFlag('hidden'),
  // Reached through another flag alone: it is archived for nobody, and not visible to pages.
  experimentFlag('needing', {
    clientVisible: true,
    prerequisites: [{ flag: 'hidden', variants: ['on', 'off'] }],
    defaultServe: { variant: 'on' },
  }),
  experimentFlag('plain', { clientVisible: true, defaultServe: { variant: 'on' } }),
];

function start(exposuresOn: string | undefined, options: TestClientOptions = {}) {
  const settings = { key: 'event-settings', exposureAttributes: ['plan'], ...(exposuresOn !== undefined && { exposuresOn }) };
  const entities = [
    ...flags.map((flag) => ({ kind: 'flag', id: flag.key, body: JSON.stringify(flag) })),
    { kind: 'event-settings', id: environmentId, body: JSON.stringify(settings) },
  ].map((entity) => ({ ...entity, revision: 7 }));
  const replica = createReplica();
  replica.apply({ revision: 7n, fromRevision: 0n, last: true, checksum: checksumOf(entities), entities, removed: [] });
  return createTestClient({ document: writeDefinitionsDocument(replica, environmentId), ...options });
}
const exposed = (client: ReturnType<typeof start>) =>
  client.exposures().map(({ flag, delivered, context }) => [flag, delivered, context['user']]);

test('All flags at once expose nobody, unless the environment says that deliveries expose', () => {
  for (const exposuresOn of [undefined, 'read', 'anything']) {
    const client = start(exposuresOn);
    expect(client.allFlags(anna).size).toBe(4);
    expect(client.exposures()).toEqual([]);
    client.boolean('checkout', anna, false);
    expect(exposed(client)).toEqual([['checkout', undefined, 'anna']]);
  }
});

test('A delivery exposes once what runs, also what was reached through another flag, and a read after it is no news', () => {
  const client = start('delivery');
  client.allFlags({ ...anna, plan: 'pro' }, { clientVisibleOnly: true });
  expect(exposed(client)).toEqual([
    ['checkout', true, 'anna'],
    ['hidden', true, 'anna'],
  ]);
  expect(client.exposures().map(({ attributes }) => attributes)).toEqual([{ plan: 'pro' }, { plan: 'pro' }]);
  client.context(anna).allFlags();
  client.boolean('checkout', anna, false);
  expect(client.exposures()).toHaveLength(2);
  client.boolean('checkout', { targetingKey: 'bob' }, false);
  client.allFlags({ targetingKey: 'bob' });
  expect(exposed(client).slice(2)).toEqual([
    ['checkout', undefined, 'bob'],
    ['hidden', true, 'bob'],
  ]);
});

test('Looking at all flags exposes nobody where that is said, nor does an override, a trace, or options that can not be read', () => {
  const client = start('delivery');
  client.allFlags(anna, { exposure: false });
  const hostile = {
    get exposure(): boolean {
      throw new Error('no');
    },
  };
  client.allFlags(anna, hostile);
  client.trace('checkout', anna);
  client.allFlags({});
  expect(client.exposures()).toEqual([]);
});

test('A bootstrap is a delivery to a page, which then has nothing to tell', async () => {
  const client = start('delivery');
  const looked = await client.bootstrap(anna, { exposure: false });
  expect(looked?.flags['checkout']?.exposures).toHaveLength(1);
  expect(client.exposures()).toEqual([]);
  const delivered = await client.bootstrap(anna);
  expect(delivered?.flags['checkout']).toMatchObject({ reason: 'SPLIT' });
  expect(JSON.stringify(delivered?.flags)).not.toContain('exposures');
  expect(exposed(client)).toEqual([
    ['checkout', true, 'anna'],
    ['hidden', true, 'anna'],
  ]);
});
