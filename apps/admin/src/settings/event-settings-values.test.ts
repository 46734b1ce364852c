import { expect, test } from 'vitest';
import { changesHashing, exclusionsProblem, settingsPatch, settingsValues } from './event-settings-values.ts';

const settings = {
  strict: true,
  itemsPerSecond: 500,
  exposureAttributes: ['plan'],
  observeValues: false,
  hashedKinds: ['user'],
  retention: { event: 30, identify: 10 },
  exclusions: [{ name: 'Bots', filter: { property: 'attributes.bot', operator: 'exists' } }],
  version: 4,
};

test('What nobody changes is not asked for, so that a default goes on being one', () => {
  expect(settingsPatch(settings, settingsValues(settings))).toEqual({});
  expect(settingsPatch(settings, { ...settingsValues(settings), strict: false })).toEqual({ strict: false });
});

test('An emptied number asks for the default', () => {
  const values = { ...settingsValues(settings), itemsPerSecond: '', eventDays: '', exposureDays: 7, exclusions: ' ' };
  expect(settingsPatch(settings, values)).toEqual({
    itemsPerSecond: null,
    retention: { exposure: 7, identify: 10 },
    exclusions: [],
  });
});

test('Exclusions that are no list are named before anybody is asked', () => {
  expect([exclusionsProblem(''), exclusionsProblem('[]')]).toEqual([null, null]);
  expect(exclusionsProblem('{}')).toBe('This is a list: [ … ]');
  expect(exclusionsProblem('[')).toMatch(/^This is no JSON: /);
});

test('Hashing changes when a kind comes or goes, not when kinds change places', () => {
  const two = { ...settings, hashedKinds: ['user', 'device'] };
  expect(changesHashing(two, { hashedKinds: ['device', 'user'] })).toBe(false);
  expect(changesHashing(two, { hashedKinds: ['user'] })).toBe(true);
  expect(settingsPatch(settings, { ...settingsValues(settings), hashedKinds: [] })).toEqual({ hashedKinds: [] });
});
