/** What a distinct source reads of the environment's items. */
export interface DistinctSource {
  /** Columns by name; `item_id` is always there. */
  readonly columns: readonly string[];
  /** More columns, by name: expressions over columns, such as `{ unit: "units[{unitKind:String}]" }`. */
  readonly expressions?: Readonly<Record<string, string>>;
  /** Conditions, joined by AND. They hold of the copy that counts. */
  readonly where?: readonly string[];
  /**
   * A condition of the rows' uid and other_uids that leaves few of them, wherever they lie. It is looked at before any other, and
   * copies are put aside after that.
   */
  readonly few?: string;
}

/**
 * Events of the environment as a table expression, each item once however often its batch arrived:
 * `SELECT sum(value) FROM ${distinctEvents({ columns: ['value'] })} AS e`.
 *
 * Columns: event, at, happened_at (`at` by our clock), skew_ms, accepted_at, stored_at, units, unit_kind, unit, uid,
 * other_uids, value, properties, sdk, sdk_version. Of the copies of an item the one stored first counts.
 */
export function distinctEvents(source: DistinctSource): string {
  return distinct('event', source);
}

/**
 * Exposures of the environment, each item once.
 *
 * Columns: flag, at, happened_at, skew_ms, accepted_at, stored_at, units, unit_kind, unit, uid, other_uids, variant, rule,
 * split, iteration_id (the nil UUID where no iteration ran), holdout, covered_by, delivered, attributes, sdk, sdk_version.
 */
export function distinctExposures(source: DistinctSource): string {
  return distinct('exposure', source);
}

const madeAt = "UUIDv7ToDateTime(item_id, 'UTC')";
const madeHour = `toStartOfHour(${madeAt})`;
const moment = (parameter: string): string => `fromUnixTimestamp64Milli({${parameter}:Int64}, 'UTC')`;

/**
 * Conditions that hold of items whose ids were made in [`{fromMs:Int64}`, `{toMs:Int64}`): SDKs make an item's id when it
 * happens. The tables are sorted by it, so that nothing of other hours is read.
 */
export const madeInPeriod: readonly string[] = [
  `toYYYYMM(${madeAt}) >= toYYYYMM(${moment('fromMs')})`,
  `toYYYYMM(${madeAt}) <= toYYYYMM(${moment('toMs')})`,
  `${madeHour} >= toStartOfHour(${moment('fromMs')})`,
  `${madeHour} <= toStartOfHour(${moment('toMs')})`,
  `${madeAt} >= ${moment('fromMs')}`,
  `${madeAt} < ${moment('toMs')}`,
];

/** What the rows of an environment are ordered by first. */
const orderedBy = { event: 'event', exposure: 'iteration_id' } as const;

/** When an item happened, by our clock. */
export const happenedAt = 'at + toIntervalMillisecond(skew_ms)';

// Copies lie next to each other in the order of the table, so that the engine drops them while it reads: as fast as reading
// them, where merges did it already, and 2 to 3 times slower where they did not. Grouping by item_id took 10 to 25 times as
// long (docs/decisions/0016). It does so before conditions apply, and so reads what rows are ordered by of all of them: a few units'
// rows are found five times as fast without (docs/decisions/0024). The alias keeps the outer columns' names out of the conditions.
function distinct(table: 'event' | 'exposure', { columns, expressions = {}, where = [], few }: DistinctSource): string {
  const selected = new Set(['copy.item_id AS item_id']);
  for (const column of columns)
    selected.add(column === 'happened_at' ? `${happenedAt} AS happened_at` : `copy.${column} AS ${column}`);
  for (const [name, expression] of Object.entries(expressions)) selected.add(`${expression} AS ${name}`);
  const conditions = ['environment_id = {environmentId:UUID}', ...where].join(' AND ');
  const from = `SELECT ${[...selected].join(', ')} FROM ${table} AS copy`;
  return few === undefined
    ? `(${from} FINAL WHERE ${conditions})`
    : `(${from} PREWHERE ${few} WHERE ${conditions} ORDER BY copy.copy_rank DESC LIMIT 1 BY copy.${orderedBy[table]}, copy.uid, copy.item_id)`;
}
