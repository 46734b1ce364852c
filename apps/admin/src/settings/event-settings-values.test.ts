import { expect, test } from 'vitest';
import { exclusionProblems, newExclusion } from './exclusion-rows.ts';
import { changesHashing, rebasedValues, settingsPatch, settingsValues } from './event-settings-values.ts';

const settings = {
  strict: true,
  itemsPerSecond: 500,
  exposureAttributes: ['plan'],
  exposuresOn: 'read' as const,
  exposuresOnChangedAt: [],
  observeValues: false,
  hashedKinds: ['user'],
  retention: { event: 30, identify: 10 },
  exclusions: [{ name: 'Bots', filter: { property: 'attributes.bot', operator: 'exists' } }],
  version: 4,
};

test('What nobody changes is not asked for, so that a default goes on being one', () => {
  expect(settingsPatch(settings, settingsValues(settings))).toEqual({});
  expect(settingsPatch(settings, { ...settingsValues(settings), strict: false })).toEqual({ strict: false });
  expect(settingsPatch(settings, { ...settingsValues(settings), exposuresOn: 'delivery' })).toEqual({ exposuresOn: 'delivery' });
});

test('An emptied number asks for the default', () => {
  const values = {
    ...settingsValues(settings),
    itemsPerSecond: '',
    eventDays: '',
    exposureDays: 7,
    linkDays: 90,
    exclusions: [],
  };
  expect(settingsPatch(settings, values)).toEqual({
    itemsPerSecond: null,
    retention: { exposure: 7, identify: 10, identity_link: 90 },
    exclusions: [],
  });
});

test('An exclusion goes through the form as it is, and one without a name or a condition is named before anybody is asked', () => {
  const values = settingsValues(settings);
  expect(settingsPatch({ ...settings, exclusions: [] }, values)).toEqual({ exclusions: settings.exclusions });
  expect(exclusionProblems(values.exclusions)).toEqual({});
  const [bots] = values.exclusions;
  const empty = { name: ' ', filter: { ...newExclusion.filter, parts: [] } };
  expect(Object.keys(exclusionProblems(bots === undefined ? [] : [bots, empty]))).toEqual([
    'exclusions.1.name',
    'exclusions.1.filter',
  ]);
});

test('What was typed stays when somebody else saves meanwhile, and what was not is what they saved', () => {
  const typed = { ...settingsValues(settings), itemsPerSecond: 700, exposureAttributes: ['plan', 'country'] };
  const now = { ...settings, strict: false, itemsPerSecond: 900, hashedKinds: [], version: 5 };
  const values = rebasedValues(settings, typed, now);
  expect(values).toMatchObject({ strict: false, itemsPerSecond: 700, exposureAttributes: ['plan', 'country'], hashedKinds: [] });
  expect(settingsPatch(now, values)).toEqual({ itemsPerSecond: 700, exposureAttributes: ['plan', 'country'] });
});

test('Hashing changes when a kind comes or goes, not when kinds change places', () => {
  const two = { ...settings, hashedKinds: ['user', 'device'] };
  expect(changesHashing(two, { hashedKinds: ['device', 'user'] })).toBe(false);
  expect(changesHashing(two, { hashedKinds: ['user'] })).toBe(true);
  expect(settingsPatch(settings, { ...settingsValues(settings), hashedKinds: [] })).toEqual({ hashedKinds: [] });
});
