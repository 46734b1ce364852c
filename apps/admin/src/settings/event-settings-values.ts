import type { Schemas } from '@stitchd/rest-client';
import { exclusionRows, exclusionsOf, type ExclusionRow } from './exclusion-rows.ts';

type Settings = Schemas['EventSettings'];

/** What the form of event settings holds; an empty number stands for the default. */
export interface SettingsValues {
  readonly strict: boolean;
  readonly itemsPerSecond: number | string;
  readonly exposureAttributes: string[];
  readonly exposuresOn: Settings['exposuresOn'];
  readonly observeValues: boolean;
  readonly hashedKinds: string[];
  readonly eventDays: number | string;
  readonly exposureDays: number | string;
  readonly linkDays: number | string;
  /** Retention of other tables, which the form leaves as it is. */
  readonly otherRetention: Settings['retention'];
  readonly exclusions: readonly ExclusionRow[];
}

export function settingsValues(settings: Settings): SettingsValues {
  const { event = '', exposure = '', identity_link: link = '', ...otherRetention } = settings.retention;
  return {
    strict: settings.strict,
    itemsPerSecond: settings.itemsPerSecond,
    exposureAttributes: [...settings.exposureAttributes],
    exposuresOn: settings.exposuresOn,
    observeValues: settings.observeValues,
    hashedKinds: [...settings.hashedKinds],
    eventDays: event,
    exposureDays: exposure,
    linkDays: link,
    otherRetention,
    exclusions: exclusionRows(settings.exclusions),
  };
}

/** Whether a kind begins or ceases to be hashed. */
export function changesHashing({ hashedKinds }: Settings, values: Pick<SettingsValues, 'hashedKinds'>): boolean {
  return JSON.stringify(hashedKinds.toSorted()) !== JSON.stringify(values.hashedKinds.toSorted());
}

/**
 * What a form holds when others have saved meanwhile: of every field what somebody typed into it, else what is saved now.
 * @param before - the settings that the form began with
 */
export function rebasedValues(before: Settings, typed: SettingsValues, now: Settings): SettingsValues {
  const began = new Map<string, unknown>(Object.entries(settingsValues(before)));
  const isTyped = ([name, value]: [string, unknown]): boolean => JSON.stringify(value) !== JSON.stringify(began.get(name));
  return { ...settingsValues(now), ...Object.fromEntries(Object.entries(typed).filter(isTyped)) };
}

/** What a form changes of the settings that it was given: what stays is not asked for, so that a default goes on being one. */
export function settingsPatch(settings: Settings, values: SettingsValues): Schemas['EventSettingsPatch'] {
  const before = new Map(Object.entries(wholePatch(settingsValues(settings))));
  const changed = Object.entries(wholePatch(values)).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before.get(name)),
  );
  return Object.fromEntries(changed);
}

function wholePatch(values: SettingsValues): Schemas['EventSettingsPatch'] {
  const { itemsPerSecond, eventDays, exposureDays, linkDays, otherRetention, exclusions, ...rest } = values;
  const given = { event: eventDays, exposure: exposureDays, identity_link: linkDays };
  const days = Object.entries(given).filter(([, number]) => number !== '');
  return {
    ...rest,
    itemsPerSecond: itemsPerSecond === '' ? null : Number(itemsPerSecond),
    retention: { ...otherRetention, ...Object.fromEntries(days.map(([table, number]) => [table, Number(number)])) },
    exclusions: exclusionsOf(exclusions),
  };
}
