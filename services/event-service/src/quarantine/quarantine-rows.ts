import { quarantineDays, type KeptEvent } from '@stitchd/events';

const isKept = `state != 2 AND accepted_at > now() - INTERVAL ${quarantineDays} DAY`;

/** The rows of an environment that are still aside, each item once. */
export const keptRows = `(
  SELECT * FROM quarantined_event FINAL WHERE environment_id = {environmentId:UUID} AND ${isKept})`;

/** A row's columns as `KeptEvent` names them. */
export const keptEventColumns = `
  toString(item_id) AS id, event, toUnixTimestamp64Milli(at) AS atMs, skew_ms AS skewMs,
  toUnixTimestamp64Milli(accepted_at) AS acceptedAtMs, units, sdk, sdk_version AS sdkVersion, value_kind AS valueKind,
  value, properties, problem`;

export type KeptEventRow = KeptEvent;
