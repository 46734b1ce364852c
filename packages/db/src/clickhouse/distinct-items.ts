/** What a distinct source reads of the environment's items. */
export interface DistinctSource {
  /** Columns by name; `item_id` is always there. */
  readonly columns: readonly string[];
  /** More columns, by name: expressions over columns that a retry repeats, such as `{ unit: "units[{unitKind:String}]" }`. */
  readonly expressions?: Readonly<Record<string, string>>;
  /**
   * Conditions, joined by AND, on columns that a retry repeats: a condition on `accepted_at`, `stored_at` or `skew_ms` may
   * see one copy of an item and not the other.
   */
  readonly where?: readonly string[];
}

/**
 * Events of the environment as a table expression, each item once however often its batch arrived:
 * `SELECT sum(value) FROM ${distinctEvents({ columns: ['value'] })} AS e`.
 *
 * Columns: event, at, happened_at (`at` by our clock), skew_ms, accepted_at, stored_at, units, unit, value, properties. What
 * differs between copies is that of the copy accepted first.
 */
export function distinctEvents(source: DistinctSource): string {
  return distinct('event', source);
}

/**
 * Exposures of the environment, each item once.
 *
 * Columns: flag, at, happened_at, skew_ms, accepted_at, stored_at, units, unit, variant, rule, split, iteration_id (the nil
 * UUID where no iteration ran), holdout.
 */
export function distinctExposures(source: DistinctSource): string {
  return distinct('exposure', source);
}

const happenedAt = 'at + toIntervalMillisecond(skew_ms)';

// Grouping was measured against LIMIT 1 BY (1.5 M items: 0.14 s against 0.19 s, 0.24 s with an order): it is faster, can go to
// disk, and lets the copy be chosen. The inner SELECT keeps the outer aliases out of the conditions.
function distinct(table: string, { columns, expressions = {}, where = [] }: DistinctSource): string {
  const named = columns.filter((column) => column !== 'item_id');
  const inner = new Set(['item_id', 'accepted_at']);
  const outer = ['copy.item_id AS item_id'];
  for (const column of named) {
    inner.add(column === 'happened_at' ? `${happenedAt} AS happened_at` : column);
    outer.push(`${chosen(column)} AS ${column}`);
  }
  for (const [name, expression] of Object.entries(expressions)) {
    inner.add(`${expression} AS ${name}`);
    outer.push(`any(copy.${name}) AS ${name}`);
  }
  const conditions = ['environment_id = {environmentId:UUID}', ...where].join(' AND ');
  return `(SELECT ${outer.join(', ')} FROM (SELECT ${[...inner].join(', ')} FROM ${table} WHERE ${conditions}) AS copy GROUP BY copy.item_id)`;
}

/** The value of one column among the copies of an item. */
function chosen(column: string): string {
  switch (column) {
    case 'accepted_at':
    case 'stored_at':
      return `min(copy.${column})`;
    case 'skew_ms':
    case 'happened_at':
      return `argMin(copy.${column}, copy.accepted_at)`;
    default:
      return `any(copy.${column})`;
  }
}
