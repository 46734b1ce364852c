import { SettingsMap } from '@clickhouse/client';
import { isUuid } from '@stitchd/core';

/** How a table with rows of tenants is dealt with. */
export interface TenantTableFacts {
  /**
   * A condition that is true of the rows of one unit, by the parameter `{unitKind:String}` and by `= unitHash`, never by the key
   * itself: what deletes them stays in the engine's lists. By it they are erased. Undefined: the table holds nothing of single
   * units.
   */
  readonly ofUnit: string | undefined;
  /**
   * What a row's age is counted from, in epoch milliseconds: older rows go when the environment's retention says so. Undefined:
   * the engine forgets them by itself after a fixed time, or they hold nothing that grows old.
   */
  readonly agedFrom: string | undefined;
}

/** What the event store calls a unit. */
export const unitHash = 'cityHash64({unitKind:String}, {unitKey:String})';

/** When an item happened, by our clock. */
const happenedMs = 'toUnixTimestamp64Milli(at) + skew_ms';

const byUnits = `uid = ${unitHash} OR other_uids[{unitKind:String}] = ${unitHash}`;

/** Tables with rows of tenants, each with a column `environment_id`. A table that is missing here fails a test of the migrations. */
export const tenantTables = {
  context_attribute: { ofUnit: undefined, agedFrom: undefined },
  event: { ofUnit: byUnits, agedFrom: happenedMs },
  exposure: { ofUnit: byUnits, agedFrom: happenedMs },
  flag_seen: { ofUnit: undefined, agedFrom: undefined },
  flag_usage: { ofUnit: undefined, agedFrom: undefined },
  flag_usage_hour: { ofUnit: undefined, agedFrom: undefined },
  identify: { ofUnit: byUnits, agedFrom: happenedMs },
  identity_link: {
    ofUnit: `(kind = {unitKind:String} AND uid = ${unitHash}) OR (other_kind = {unitKind:String} AND other_uid = ${unitHash})`,
    // A link that new rows still show is young, however old it is.
    agedFrom: 'last_seen_ms',
  },
  // Of the kind of unit that the experiment has: a hash holds its kind.
  experiment_unit: { ofUnit: `uid = ${unitHash}`, agedFrom: 'toInt64(derived_until)' },
  rejected_item: { ofUnit: undefined, agedFrom: undefined },
  quarantined_event: {
    ofUnit: `cityHash64({unitKind:String}, units[{unitKind:String}]) = ${unitHash}`,
    agedFrom: undefined,
  },
} as const satisfies Readonly<Record<string, TenantTableFacts>>;

export type TenantTable = keyof typeof tenantTables;

/** The table of one shard behind a distributed one. */
export function localTable(table: string): string {
  return `${table}_local`;
}

/**
 * The second layer of tenant isolation: whatever a statement says, the engine shows it only this environment's rows of
 * tenant tables; without an environment, none at all.
 */
export function tenantFilters(environmentId: string | undefined): SettingsMap {
  const filter = environmentId === undefined ? '1 = 0' : `environment_id = toUUID('${checkedEnvironment(environmentId)}')`;
  const tables = Object.keys(tenantTables).flatMap((table) => [table, localTable(table)]);
  return SettingsMap.from(Object.fromEntries(tables.map((table) => [table, escaped(filter)])));
}

/** @throws RangeError for what is no UUID: a programmer's mistake */
export function checkedEnvironment(environmentId: string): string {
  if (!isUuid(environmentId)) throw new RangeError('an environment is named by its UUID');
  return environmentId;
}

/** The client puts a value between quotes and leaves it as it is. */
function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
}
