import { statsLimits } from '../limits.ts';
import { ask, together, type Asking } from './asking.ts';
import { exposedUnits, wasDelivered } from './exposed-sql.ts';
import { atMs, eventsFromMs, eventsToMs, madeIn, storedUntil, unitUid } from './item-source.ts';
import { planParameters, plannedMetrics } from './plan-parameters.ts';
import { storeTime } from './query.ts';

/** What is looked at again, and what is known to be in the rows of units. */
export interface FreshScope {
  /** Items that were stored from then on are looked at, ISO 8601. */
  readonly storedFrom: string;
  /** Rows of units hold what was stored until then, ISO 8601; a row that says more was left by an attempt that failed. */
  readonly knownUntil: string;
}

/** The units of which something was stored, by how their rows are brought up to date. Hashes are decimal: numbers lose digits. */
export interface FreshUnits {
  /** Made from all their events. */
  readonly whole: readonly string[];
  /** When the first of those was exposed, epoch milliseconds; undefined without any. */
  readonly wholeFirstMs: number | undefined;
  /** What is new is added to what is known. */
  readonly added: readonly AddedUnit[];
}

export interface AddedUnit {
  readonly uid: string;
  /** Items among the fresh ones that its row holds already. */
  readonly met: readonly string[];
}

interface ExposedRow {
  readonly unit: string;
  readonly first: number;
  readonly seen: number;
  /** 1 where the first exposure is a delivery, 0 where it is a read. */
  readonly delivered: number;
}

interface FreshItems {
  readonly unit: string;
  readonly items: readonly string[];
  /** When they were made: the beginnings of the hours, epoch seconds. */
  readonly hours: readonly number[];
}

interface KnownRow extends ExposedRow {
  readonly derivedUntil: number;
  /** The recent ones. */
  readonly items: readonly string[];
}

const environment = 'environment_id = {environmentId:UUID}';
const ofPlan = `${environment} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid != 0`;

/** A fresh item's condition, of a row called `item`. */
export const isFreshEvent = `${environment} AND event IN {events:Array(String)} AND stored_at >= {storedFrom:DateTime64(3, 'UTC')} AND ${storedUntil}`;
export const isInTime = `at_ms >= ${eventsFromMs} AND at_ms < ${eventsToMs}`;

/** A list of units as a subquery. They are numbers, and too many for a parameter. */
export const listed = (uids: readonly string[]): string =>
  `SELECT arrayJoin([${uids.map((uid) => BigInt(uid)).join(', ')}]) AS unit_uid`;

/** Parts of a list that one statement takes, which names so much of each. */
export function batches<T>(all: readonly T[], names: (one: T) => number = () => 1): readonly (readonly T[])[] {
  const parts: T[][] = [];
  let room = 0;
  for (const one of all) {
    room -= names(one);
    if (room < 0) {
      parts.push([]);
      room = statsLimits.freshUnits.perStatement - names(one);
    }
    parts.at(-1)?.push(one);
  }
  return parts;
}

export const namesOf = ({ met }: AddedUnit): number => 1 + met.length;

/**
 * Finds the units of which something is new. A unit is made anew where it is new, where its exposures say something else than its row,
 * where its row was left by an attempt that failed, and where it did more than a statement can name. Undefined: too much to be named.
 */
export async function findFreshUnits(asking: Asking, hash: string, scope: FreshScope): Promise<FreshUnits | undefined> {
  const [exposed, events] = await together([
    readExposed(asking, scope),
    plannedMetrics(asking.plan).length === 0 ? [] : readEvents(asking, hash, scope),
  ]);
  const touched = [...new Set([...exposed, ...events].map(({ unit }) => unit))];
  if (Math.max(exposed.length, events.length, touched.length) > statsLimits.freshUnits.most) return undefined;
  const [rows, copied] = await together([readKnown(asking, hash, touched), readCopied(asking, scope, events)]);
  if (copied.size > statsLimits.freshUnits.most) return undefined;
  const known = new Map(rows.map((row) => [row.unit, row]));
  const knownUntil = Date.parse(scope.knownUntil);
  const exposedAs = new Map(exposed.map((row) => [row.unit, row]));
  const busy = new Set(events.filter(({ items }) => items.length > mostItems).map(({ unit }) => unit));
  const isWhole = (unit: string): boolean => {
    const row = known.get(unit);
    return row === undefined || busy.has(unit) || row.derivedUntil > knownUntil || saysMore(exposedAs.get(unit), row);
  };
  const whole = touched.filter(isWhole);
  const left = new Set(whole);
  const kept = events.filter(({ unit }) => !left.has(unit));
  const added = kept.flatMap(({ unit: uid, items }): readonly AddedUnit[] => {
    const recent = new Set(known.get(uid)?.items);
    const met = items.filter((item) => recent.has(item) || copied.has(item));
    return met.length === items.length ? [] : [{ uid, met }];
  });
  const firsts = whole.map((unit) => Math.min(exposedAs.get(unit)?.first ?? Infinity, known.get(unit)?.first ?? Infinity));
  const first = firsts.reduce((least, one) => Math.min(least, one), Infinity);
  return { whole, wholeFirstMs: whole.length === 0 ? undefined : Math.floor(first / 256), added };
}

const saysMore = (fresh: ExposedRow | undefined, known: KnownRow): boolean =>
  fresh !== undefined &&
  (fresh.first < known.first ||
    (fresh.first === known.first && fresh.delivered < known.delivered) ||
    (BigInt(fresh.seen) | BigInt(known.seen)) !== BigInt(known.seen));

const most = statsLimits.freshUnits.most + 1;

/** Fresh items of a unit that one statement can name beside it. */
const mostItems = statsLimits.freshUnits.perStatement - 1;

function readExposed(asking: Asking, { storedFrom }: FreshScope): Promise<readonly ExposedRow[]> {
  const { plan, bounds } = asking;
  const exposed = exposedUnits(plan, { storedFrom: "stored_at >= {storedFrom:DateTime64(3, 'UTC')}" });
  return ask(asking, {
    sql: `SELECT toString(unit_uid) AS unit, first, seen, ${wasDelivered} AS delivered FROM (${exposed.sql}) LIMIT ${most}`,
    parameters: { ...planParameters(plan, bounds), ...exposed.parameters, storedFrom: storeTime(storedFrom) },
  });
}

/** Items of units that have a row; of a new unit all are read anyway. */
function readEvents(asking: Asking, hash: string, { storedFrom }: FreshScope): Promise<readonly FreshItems[]> {
  const { plan, bounds } = asking;
  return ask(asking, {
    sql: `SELECT toString(unit_uid) AS unit, groupUniqArray(${mostItems + 1})(toString(item_id)) AS items, groupUniqArray(toUnixTimestamp(${madeIn})) AS hours
FROM (SELECT ${unitUid(plan, 'item')} AS unit_uid, item_id, ${atMs('item')} AS at_ms FROM event AS item WHERE ${isFreshEvent} AND ${isInTime})
WHERE unit_uid IN (SELECT uid FROM experiment_unit WHERE ${ofPlan})
GROUP BY unit_uid LIMIT ${most}`,
    parameters: { ...planParameters(plan, bounds), plan: hash, storedFrom: storeTime(storedFrom) },
  });
}

async function readKnown(asking: Asking, hash: string, touched: readonly string[]): Promise<readonly KnownRow[]> {
  const { plan, bounds } = asking;
  const found: KnownRow[] = [];
  for (const some of batches(touched))
    found.push(
      ...(await ask<KnownRow>(asking, {
        sql: `SELECT toString(uid) AS unit, first_exposure AS first, arms_seen AS seen, ${wasDelivered} AS delivered, derived_until AS derivedUntil, arrayMap(item -> toString(item), recent) AS items
FROM experiment_unit FINAL WHERE ${ofPlan} AND uid IN (${listed(some)})`,
        parameters: { ...planParameters(plan, bounds), plan: hash },
      })),
    );
  return found;
}

/** Fresh items of which a copy was stored earlier. Copies lie in the hour in which the item was made. */
async function readCopied(
  asking: Asking,
  { storedFrom }: FreshScope,
  fresh: readonly FreshItems[],
): Promise<ReadonlySet<string>> {
  const { plan, bounds } = asking;
  const hours = [...new Set(fresh.flatMap(({ hours: of }) => of))];
  if (hours.length === 0) return new Set();
  const rows = await ask<{ readonly item: string }>(asking, {
    sql: `SELECT DISTINCT toString(item_id) AS item FROM event
WHERE ${environment} AND event IN {events:Array(String)} AND ${madeIn} IN (SELECT toDateTime(arrayJoin({hours:Array(UInt32)}), 'UTC'))
  AND stored_at < {storedFrom:DateTime64(3, 'UTC')} AND item_id IN (SELECT item_id FROM event WHERE ${isFreshEvent})
LIMIT ${most}`,
    parameters: { ...planParameters(plan, bounds), storedFrom: storeTime(storedFrom), hours },
  });
  return new Set(rows.map(({ item }) => item));
}
