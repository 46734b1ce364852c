import { usageByHour } from '@stitchd/events';

/**
 * Numbers by hour, answer and SDK. What was rolled up may lack what came since, and of what was rolled up summaries may be gone:
 * the higher number is the whole.
 */
const byHour = (where: string): string => {
  const condition = `environment_id = {environmentId:UUID} AND ${where}`;
  const columns = 'flag, hour, sdk, sdk_version, variant, reason';
  return `
  (SELECT ${columns}, max(last_at) AS seen_at, max(evaluations) AS reads, max(deliveries) AS delivered
   FROM (
     SELECT ${columns}, last_at, evaluations, deliveries FROM (${usageByHour(condition)})
     UNION ALL
     SELECT ${columns}, last_at, evaluations, deliveries FROM flag_usage_hour WHERE ${condition})
   GROUP BY ${columns})`;
};

const ofFlag =
  'flag = {flag:String} AND hour >= toStartOfHour(fromUnixTimestamp64Milli({fromMs:Int64})) AND hour < fromUnixTimestamp64Milli({toMs:Int64})';

const grains = { hour: 'hour', day: "toStartOfDay(hour, 'UTC')" } as const;

export type UsageGrain = keyof typeof grains;

export const usageGrains = Object.keys(grains) as readonly UsageGrain[];

export function pointsSql(grain: UsageGrain): string {
  return `
  SELECT toUnixTimestamp(${grains[grain]}) * 1000 AS atMs, variant, reason, sum(reads) AS evaluations, sum(delivered) AS deliveries
  FROM ${byHour(ofFlag)} GROUP BY atMs, variant, reason ORDER BY atMs, variant, reason`;
}

export const sendersSql = `
  SELECT sdk, sdk_version AS sdkVersion, sum(reads) AS evaluations, sum(delivered) AS deliveries, toUnixTimestamp64Milli(max(seen_at)) AS lastMs
  FROM ${byHour(ofFlag)} GROUP BY sdk, sdk_version ORDER BY evaluations + deliveries DESC, sdk, sdk_version LIMIT {most:UInt32}`;

export const uncountedSql = `SELECT sum(reads) AS evaluations FROM ${byHour(ofFlag.replace('{flag:String}', "''"))}`;

export const seenSql = `
  SELECT flag, toUnixTimestamp64Milli(max(last_at)) AS lastMs, toUnixTimestamp64Milli(max(last_delivered_at)) AS deliveredMs
  FROM flag_seen WHERE environment_id = {environmentId:UUID} AND flag IN {flags:Array(String)} GROUP BY flag`;

export const daysSql = `
  SELECT flag, toUInt32(toDate({nowMs:Int64} / 1000, 'UTC') - toDate(hour, 'UTC')) AS daysAgo, sum(reads + delivered) AS uses
  FROM ${byHour("flag IN {flags:Array(String)} AND hour >= toStartOfDay(fromUnixTimestamp64Milli({nowMs:Int64}, 'UTC')) - INTERVAL {days:UInt8} DAY")}
  GROUP BY flag, daysAgo HAVING daysAgo < {days:UInt8}`;

export const attributesSql = `
  SELECT kind, attribute, groupUniqArray(type) AS types, min(first) AS firstMs, max(last) AS lastMs,
    arrayMap(pair -> pair.1, arraySort(pair -> (-pair.2, pair.1), groupArrayIf((value, seen_most), value != ''))) AS frequent
  FROM (
    SELECT kind, attribute, type, value, max(seen) AS seen_most, toUnixTimestamp64Milli(min(first_at)) AS first, toUnixTimestamp64Milli(max(last_at)) AS last
    FROM context_attribute
    WHERE environment_id = {environmentId:UUID} AND ({kind:String} = '' OR kind = {kind:String})
    GROUP BY kind, attribute, type, value)
  GROUP BY kind, attribute ORDER BY lastMs DESC, kind, attribute LIMIT {most:UInt32}`;
