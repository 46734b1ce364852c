import type { JsonObject } from '@bufbuild/protobuf';
import { randomUUID } from 'node:crypto';
import { EventSettings } from '@stitchd/proto/event/v1/event_settings';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newTenant, refusalOf, startTestEventService, type TestEventService } from './event-service.test-support.ts';
import { eventServiceLimits } from './limits.ts';
import { retentionLimits } from './retention/retention-limits.ts';

let service: TestEventService;
beforeAll(async () => {
  service = await startTestEventService();
});
afterAll(() => service.stop());

function settingsOf(tenant = newTenant({ role: 'admin' })) {
  return service.services.as(tenant.person, EventSettings);
}

test('An environment has the default settings until they are changed under their version', async () => {
  const settings = settingsOf();
  const before = await settings.getEventSettings({});
  expect(before).toMatchObject({ strict: false, itemsPerSecond: 20_000, exposureAttributes: [], retention: {}, version: 1 });
  expect(before.updatedAt).toBeUndefined();
  const change = { strict: true, itemsPerSecond: 5, exposureAttributes: ['plan'], retention: { event: 30 } };
  const after = await settings.updateEventSettings({ change, ifVersion: 1 });
  expect(after).toMatchObject({ ...change, observeValues: false, version: 2 });
  expect(await settings.getEventSettings({})).toEqual(after);
  const back = await settings.updateEventSettings({ change: { itemsPerSecond: null, retention: null }, ifVersion: 2 });
  expect(back).toMatchObject({ strict: true, itemsPerSecond: 20_000, retention: {}, version: 3 });
});

test('A change of a version that is not current is refused, and leaves no trace', async () => {
  const settings = settingsOf();
  const change = (ifVersion: number) => refusalOf(settings.updateEventSettings({ change: { strict: true }, ifVersion }));
  expect((await change(7)).code).toBe('VERSION_MISMATCH');
  expect((await change(0)).code).toBe('PRECONDITION_REQUIRED');
  expect(await settings.getEventSettings({})).toMatchObject({ strict: false, version: 1 });
});

test('Every setting is taken at its limit, and each that is wrong is named', async () => {
  const { exposureAttributes, itemsPerSecond, exclusions, settingNameLength } = eventServiceLimits;
  const names = Array.from({ length: exposureAttributes }, (_, index) => `${index}`.padStart(settingNameLength, 'a'));
  const exclusion = { name: 'Bots', filter: { property: 'attributes.bot', operator: 'exists' } };
  const change = {
    itemsPerSecond: itemsPerSecond.most,
    exposureAttributes: names,
    retention: { exposure: retentionLimits.days.most },
    exclusions: Array.from({ length: exclusions }, () => exclusion),
  };
  await settingsOf().updateEventSettings({ change, ifVersion: 1 });
  const wrong: JsonObject = {
    strict: 'yes',
    exposuresOn: 'delivered',
    itemsPerSecond: itemsPerSecond.most + 1,
    exposureAttributes: [...names, 'more'],
    hashedKinds: ['user', 'user', `k${names[0] ?? ''}`],
    retention: { exposure: retentionLimits.days.most + 1, flag_usage: 1 },
    exclusions: [
      { name: '', filter: {}, more: 1 },
      { name: 'Bots', filter: { property: 'attributes.bot', operator: 'is' } },
      { name: 'Bots', filter: { not: { property: 'bot', operator: 'exists' } } },
      { name: 'Bots', filter: { property: 'sdk', operator: 'in', values: ['\0'] } },
    ],
    keySecret: 'mine',
  };
  expect(await refusalOf(settingsOf().updateEventSettings({ change: wrong, ifVersion: 1 }))).toMatchObject({
    code: 'VALIDATION_FAILED',
    paths: [
      'strict',
      'exposuresOn',
      'itemsPerSecond',
      'exposureAttributes',
      'hashedKinds/2',
      'hashedKinds/1',
      'retention/exposure',
      'retention/flag_usage',
      'exclusions/0/name',
      'exclusions/0/filter/operator',
      'exclusions/0/filter/property',
      'exclusions/0/more',
      'exclusions/1/filter/operator',
      'exclusions/2/filter',
      'exclusions/3/filter/values/0',
      'keySecret',
    ],
  });
});

test('What exposes is changed and told with the times of its changes, of which the last are kept', async () => {
  const settings = settingsOf();
  const change = (exposuresOn: string | null, ifVersion: number) =>
    settings.updateEventSettings({ change: { exposuresOn }, ifVersion });
  expect(await settings.getEventSettings({})).toMatchObject({ exposuresOn: 'read', exposuresOnChangedAt: [] });
  const first = await change('delivery', 1);
  expect(first).toMatchObject({ exposuresOn: 'delivery', exposuresOnChangedAt: [{}] });
  // The same again is no change of it.
  const same = await change('delivery', 2);
  expect(same.exposuresOnChangedAt).toEqual(first.exposuresOnChangedAt);
  const other = await settings.updateEventSettings({ change: { strict: true }, ifVersion: 3 });
  expect(other).toMatchObject({ exposuresOn: 'delivery', exposuresOnChangedAt: first.exposuresOnChangedAt });
  expect(await change(null, 4)).toMatchObject({ exposuresOn: 'read', exposuresOnChangedAt: [{}, {}] });
  const { rememberedExposureChanges } = eventServiceLimits;
  for (let version = 5; version < 5 + rememberedExposureChanges; version++)
    await change(version % 2 === 1 ? 'delivery' : 'read', version);
  const last = await settings.getEventSettings({});
  expect(last.exposuresOnChangedAt).toHaveLength(rememberedExposureChanges);
  expect(last.exposuresOnChangedAt[0]).not.toEqual(first.exposuresOnChangedAt[0]);
});

test('An editor may not change them, and another organisation sees its own only', async () => {
  const tenant = newTenant({ role: 'admin' });
  await settingsOf(tenant).updateEventSettings({ change: { strict: true }, ifVersion: 1 });
  const editor = newTenant({ ...tenant.person, role: 'editor' });
  expect((await refusalOf(settingsOf(editor).updateEventSettings({ change: { strict: false }, ifVersion: 2 }))).code).toBe(
    'PERMISSION_DENIED',
  );
  const stranger = newTenant({ ...tenant.person, organisationId: randomUUID() });
  expect(await settingsOf(stranger).getEventSettings({})).toMatchObject({ strict: false, version: 1 });
});
