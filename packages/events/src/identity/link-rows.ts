/** Tables whose rows say which keys belong together. */
export const linkingTables = ['event', 'exposure', 'identify'] as const;

export type LinkingTable = (typeof linkingTables)[number];

/**
 * The links that rows of a table record: every two keys of one row belong to one another, from each to the other. The same
 * links come of the same rows again, and with the same times, so that they can be made as often as one likes.
 *
 * @param where - more conditions on the rows
 */
export function linkRows(from: string, where = '1'): string {
  const keys = 'arrayMap((kind, key) -> (kind, cityHash64(kind, key)), mapKeys(units), mapValues(units))';
  const pairs = 'arrayJoin(arrayFlatten(arrayMap(a -> arrayMap(b -> (a, b), keys), keys)))';
  return `SELECT environment_id, pair.1.1 AS kind, pair.1.2 AS uid, pair.2.1 AS other_kind, pair.2.2 AS other_uid,
    min(happened_ms) AS first_seen_ms, min(stored) AS stored_at, max(happened_ms) AS last_seen_ms
  FROM (
    SELECT environment_id, ${keys} AS keys, ${pairs} AS pair,
      toUnixTimestamp64Milli(at) + skew_ms AS happened_ms, stored_at AS stored
    FROM ${from} WHERE length(units) > 1 AND ${where}
  )
  WHERE kind != other_kind
  GROUP BY environment_id, kind, uid, other_kind, other_uid`;
}
