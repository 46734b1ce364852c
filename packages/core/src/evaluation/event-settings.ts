import { ownValue, type PlainObject } from '../context/plain-object.ts';

/** What exposes a unit: a read by the application alone, or a delivery of all values too, whatever of it is read. */
export const exposuresOnNames = ['read', 'delivery'] as const;
export type ExposuresOn = (typeof exposuresOnNames)[number];

/** What SDKs have to know of an environment's event settings. */
export interface EventSettings {
  /** Undefined events are refused instead of kept aside. */
  readonly strict: boolean;
  /** Attributes of contexts that exposures carry: names, or paths such as `/address/country`, of any kind. */
  readonly exposureAttributes: readonly string[];
  readonly exposuresOn: ExposuresOn;
  /** Frequent values of attributes are told, for suggestions. */
  readonly observeValues: boolean;
}

export const defaultEventSettings: EventSettings = Object.freeze({
  strict: false,
  exposureAttributes: Object.freeze([]),
  exposuresOn: 'read',
  observeValues: false,
});

/** Of a field that can't be read the default counts. */
export function readEventSettings(body: PlainObject): EventSettings {
  const names = ownValue(body, 'exposureAttributes');
  return Object.freeze({
    strict: ownValue(body, 'strict') === true,
    exposureAttributes: Object.freeze(Array.isArray(names) ? names.filter((name) => typeof name === 'string') : []),
    exposuresOn: ownValue(body, 'exposuresOn') === 'delivery' ? 'delivery' : 'read',
    observeValues: ownValue(body, 'observeValues') === true,
  });
}
