// Rows as they were stored lately, copies of an item included: whoever follows tells them once by their id.

const happenedAt = 'toUnixTimestamp64Milli(at) + skew_ms';

const common =
  'toUnixTimestamp64Milli(accepted_at) AS acceptedMs, toUnixTimestamp64Milli(stored_at) AS storedMs, sdk, sdk_version AS sdkVersion';

const isNew = 'environment_id = {environmentId:UUID} AND stored_at > fromUnixTimestamp64Milli({sinceMs:Int64})';

const hasUnit = "({unit:String} = '' OR has(mapValues(units), {unit:String}))";

const none = "CAST(map(), 'Map(String, String)')";

const sources = {
  event: `
    SELECT toString(item_id) AS id, 'event' AS type, 'accepted' AS outcome, toString(event) AS key, '' AS variant, '' AS rule, value, properties,
      CAST(units, 'Map(String, String)') AS units, ${none} AS attributes, ${happenedAt} AS happenedMs, ${common},
      '' AS code, '' AS message, toUInt32(1) AS items
    FROM event WHERE ${isNew} AND ({key:String} = '' OR event = {key:String}) AND ${hasUnit}`,
  exposure: `
    SELECT toString(item_id) AS id, 'exposure' AS type, 'accepted' AS outcome, toString(flag) AS key, toString(variant) AS variant, toString(rule) AS rule,
      0 AS value, '' AS properties, CAST(units, 'Map(String, String)') AS units, CAST(attributes, 'Map(String, String)') AS attributes,
      ${happenedAt} AS happenedMs, ${common}, '' AS code, '' AS message, toUInt32(1) AS items
    FROM exposure WHERE ${isNew} AND ({key:String} = '' OR flag = {key:String}) AND ${hasUnit}`,
  identify: `
    SELECT toString(item_id) AS id, 'identify' AS type, 'accepted' AS outcome, '' AS key, '' AS variant, '' AS rule, 0 AS value, '' AS properties,
      CAST(units, 'Map(String, String)') AS units, ${none} AS attributes, ${happenedAt} AS happenedMs, ${common},
      '' AS code, '' AS message, toUInt32(1) AS items
    FROM identify WHERE ${isNew} AND {key:String} = '' AND ${hasUnit}`,
  quarantined: `
    SELECT toString(item_id) AS id, 'event' AS type, 'quarantined' AS outcome, event AS key, '' AS variant, '' AS rule, value, properties,
      CAST(units, 'Map(String, String)') AS units, ${none} AS attributes, ${happenedAt} AS happenedMs, ${common},
      '' AS code, '' AS message, toUInt32(1) AS items
    FROM quarantined_event WHERE ${isNew} AND state = 0 AND ({key:String} = '' OR event = {key:String}) AND ${hasUnit}`,
  rejected: `
    SELECT item_id AS id, toString(type) AS type, 'rejected' AS outcome, key, '' AS variant, '' AS rule, 0 AS value, '' AS properties,
      ${none} AS units, ${none} AS attributes, toUnixTimestamp64Milli(accepted_at) AS happenedMs, ${common}, toString(code) AS code, message, items
    FROM rejected_item WHERE ${isNew} AND ({key:String} = '' OR key = {key:String}) AND ({type:String} = '' OR type = {type:String})
      AND ({code:String} = '' OR code = {code:String}) AND {unit:String} = ''`,
} as const;

export interface TailFilter {
  readonly type: string;
  readonly key: string;
  readonly unit: string;
  readonly outcome: string;
  readonly code: string;
}

/** Undefined where nothing can fit. */
export function tailSql({ type, outcome, code }: TailFilter): string | undefined {
  const isAsked = (other: string): boolean => outcome === '' || outcome === other;
  const hasType = (other: string): boolean => type === '' || type === other;
  const wanted = [
    ...(['event', 'exposure', 'identify'] as const).filter((source) => isAsked('accepted') && hasType(source) && code === ''),
    ...(['quarantined'] as const).filter((source) => isAsked(source) && hasType('event') && code === ''),
    ...(['rejected'] as const).filter(isAsked),
  ];
  if (wanted.length === 0) return undefined;
  const all = wanted.map((source) => sources[source]).join('\n    UNION ALL');
  return `SELECT *, count() OVER () AS found FROM (${all}) ORDER BY storedMs DESC, id LIMIT {most:UInt32}`;
}

export const storeTimeSql = 'SELECT toUnixTimestamp64Milli(now64(3)) AS nowMs, {environmentId:UUID} AS environment';

export const rejectionsSql = `
  SELECT code, type, key, sum(refused) AS items, argMax(why, last) AS message, toUnixTimestamp64Milli(max(last)) AS lastMs
  FROM (
    SELECT code, type, key, any(message) AS why, max(accepted_at) AS last, if(item_id = '', sum(rejected_item.items), 1) AS refused
    FROM rejected_item
    WHERE environment_id = {environmentId:UUID} AND accepted_at >= fromUnixTimestamp64Milli({fromMs:Int64}) AND accepted_at < fromUnixTimestamp64Milli({toMs:Int64})
    GROUP BY code, type, key, item_id)
  GROUP BY code, type, key ORDER BY items DESC, code, type, key LIMIT {most:UInt32}`;
