import type { EventValueType } from '@stitchd/core';
import { sql, type Selectable } from 'kysely';
import type { EventEventDefinition } from '../gen/schema.ts';
import { searchPattern, type Tx } from '../postgres/index.ts';
import type { DefinitionPage, DefinitionQuery } from './definition-page.ts';

/** An event definition as it is stored. */
export type EventDefinitionRow = Omit<Selectable<EventEventDefinition>, 'value_type'> & {
  readonly value_type: EventValueType;
};

export interface NewEventDefinition {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly valueType: EventValueType;
  readonly unit: string;
  /** JSON text. */
  readonly propertiesSchema: string | null;
  readonly requiredContexts: readonly string[];
  readonly owner: string;
}

/** Undefined: there is one with this key. */
export async function insertEventDefinition(tx: Tx, definition: NewEventDefinition): Promise<EventDefinitionRow | undefined> {
  const row = await tx
    .insertInto('event.event_definition')
    .values({
      id: definition.id,
      organisation_id: definition.organisationId,
      project_id: definition.projectId,
      key: definition.key,
      name: definition.name,
      description: definition.description,
      value_type: definition.valueType,
      unit: definition.unit,
      properties_schema: definition.propertiesSchema,
      required_contexts: [...definition.requiredContexts],
      owner: definition.owner,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row as EventDefinitionRow | undefined;
}

/** @param lock - keeps others from changing it until the transaction ends */
export async function findEventDefinition(
  tx: Tx,
  projectId: string,
  key: string,
  lock = false,
): Promise<EventDefinitionRow | undefined> {
  let query = tx.selectFrom('event.event_definition').selectAll().where('project_id', '=', projectId).where('key', '=', key);
  if (lock) query = query.forUpdate();
  return (await query.executeTakeFirst()) as EventDefinitionRow | undefined;
}

export async function listEventDefinitions(tx: Tx, query: DefinitionQuery): Promise<DefinitionPage<EventDefinitionRow>> {
  let page = tx
    .selectFrom('event.event_definition')
    .selectAll()
    .where('project_id', '=', query.projectId)
    .orderBy(sql`key collate "C"`)
    .limit(query.limit + 1);
  if (query.text !== '') {
    const pattern = searchPattern(query.text);
    page = page.where((where) => where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)]));
  }
  if (query.afterKey !== undefined) page = page.where(sql<boolean>`key collate "C" > ${query.afterKey}`);
  const rows = (await page.execute()) as EventDefinitionRow[];
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
}

/** What ingestion needs of a definition; its schema is read by itself, for it may be large and seldom changes. */
export type EventRuleRow = Pick<
  EventDefinitionRow,
  'id' | 'key' | 'value_type' | 'archived' | 'required_contexts' | 'version'
> & {
  readonly has_schema: boolean;
};

export async function readEventRules(tx: Tx, projectId: string): Promise<readonly EventRuleRow[]> {
  const rows = await tx
    .selectFrom('event.event_definition')
    .select(['id', 'key', 'value_type', 'archived', 'required_contexts', 'version'])
    .select(sql<boolean>`properties_schema is not null`.as('has_schema'))
    .where('project_id', '=', projectId)
    .execute();
  return rows as readonly EventRuleRow[];
}

/** Schemas as JSON text, with the version that they are of. */
export async function readPropertiesSchemas(
  tx: Tx,
  ids: readonly string[],
): Promise<readonly { readonly id: string; readonly version: number; readonly schema: string }[]> {
  if (ids.length === 0) return [];
  const rows = await tx
    .selectFrom('event.event_definition')
    .select(['id', 'version', 'properties_schema as schema'])
    .where('id', 'in', [...ids])
    .where('properties_schema', 'is not', null)
    .execute();
  return rows.map(({ id, version, schema }) => ({ id, version, schema: schema ?? '' }));
}

export async function countEventDefinitions(tx: Tx, projectId: string): Promise<number> {
  const row = await tx
    .selectFrom('event.event_definition')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/** When an event definition of a project was made or changed last; undefined where it has none. */
export async function newestDefinitionAt(tx: Tx, projectId: string): Promise<Date | undefined> {
  const row = await tx
    .selectFrom('event.event_definition')
    .select((select) => select.fn.max('updated_at').as('newest'))
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return row?.newest ?? undefined;
}

/** Writes the next version of a definition that is locked. */
export async function updateEventDefinition(
  tx: Tx,
  current: EventDefinitionRow,
  change: Omit<NewEventDefinition, 'id' | 'organisationId' | 'projectId' | 'key' | 'valueType'> & { readonly archived: boolean },
): Promise<EventDefinitionRow> {
  const { propertiesSchema, requiredContexts, ...plain } = change;
  const row = await tx
    .updateTable('event.event_definition')
    .set({
      ...plain,
      properties_schema: propertiesSchema,
      required_contexts: [...requiredContexts],
      version: current.version + 1,
      updated_at: sql`now()`,
    })
    .where('id', '=', current.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return row as EventDefinitionRow;
}
