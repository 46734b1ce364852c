import type { EventStore } from './event-store.ts';
import { checkedEnvironment, tenantTables, unitHash, type TenantTable } from './tenant-filters.ts';

/** A unit by its hash: no key is in what is made of it. */
export interface HashedUnit {
  readonly kind: string;
  /** Decimal: it has 64 bits. */
  readonly hash: string;
}

/** Tables that hold something of single units. */
export const tablesOfUnits = (Object.keys(tenantTables) as TenantTable[]).filter(
  (table) => tenantTables[table].ofUnit !== undefined,
);

/** What the event store calls units: the hash of a kind and a key. */
export async function hashUnits(
  store: EventStore,
  units: readonly { readonly kind: string; readonly key: string }[],
): Promise<readonly HashedUnit[]> {
  const rows = await store.systemQuery<{ hash: string }>(
    'SELECT toString(cityHash64(kind, key)) AS hash FROM (SELECT arrayJoin(arrayZip({kinds:Array(String)}, {keys:Array(String)})) AS unit, unit.1 AS kind, unit.2 AS key)',
    { kinds: units.map(({ kind }) => kind), keys: units.map(({ key }) => key) },
  );
  return units.map(({ kind }, index) => ({ kind, hash: rows[index]?.hash ?? '0' }));
}

/** A condition that is true of the rows of any of some units of an environment. */
export function ofUnits(environmentId: string, table: TenantTable, units: readonly HashedUnit[]): string {
  const { ofUnit } = tenantTables[table];
  if (ofUnit === undefined || units.length === 0) throw new RangeError(`${table} holds nothing of single units`);
  const conditions = [...new Set(units.map(({ kind }) => kind))].map((kind) => {
    const hashes = units.filter((unit) => unit.kind === kind).map(({ hash }) => String(BigInt(hash)));
    const condition = ofUnit
      .replaceAll(`= ${unitHash}`, `IN (${hashes.join(', ')})`)
      .replaceAll('{unitKind:String}', quoted(kind));
    if (condition.includes('{unit')) throw new RangeError(`the rows of a unit in ${table} can not be told by its hash`);
    return `(${condition})`;
  });
  return `environment_id = toUUID('${checkedEnvironment(environmentId)}') AND (${conditions.join(' OR ')})`;
}

/** How many rows each table of units has of some units, copies included. */
export async function countRowsOfUnits(
  store: EventStore,
  environmentId: string,
  units: readonly HashedUnit[],
): Promise<ReadonlyMap<TenantTable, number>> {
  const counts = new Map<TenantTable, number>();
  for (const table of tablesOfUnits) {
    const [found] = await store.query<{ rows: number }>({
      environmentId,
      sql: `SELECT count() AS rows FROM ${table} WHERE environment_id = {environmentId:UUID} AND ${ofUnits(environmentId, table, units)}`,
    });
    counts.set(table, Number(found?.rows ?? 0));
  }
  return counts;
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
