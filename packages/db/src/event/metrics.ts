import { sql, type Selectable } from 'kysely';
import type { JsonValue, MetricDefinition, MetricDirection, MetricType } from '@stitchd/core';
import { metricEventKeys } from '@stitchd/core';
import type { EventMetric } from '../gen/schema.ts';
import { jsonb } from '../platform/index.ts';
import { searchPattern, type Tx } from '../postgres/index.ts';
import type { DefinitionPage, DefinitionQuery } from './definition-page.ts';

/** A metric as it is stored, with one of its versions: `definition_version` says which. */
export type MetricRow = Omit<Selectable<EventMetric>, 'type' | 'direction'> & {
  readonly type: MetricType;
  readonly direction: MetricDirection;
  readonly definition: MetricDefinition;
};

export interface NewMetric {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly definition: MetricDefinition;
}

export interface MetricQuery extends DefinitionQuery {
  /** Archived ones, or those that are not. */
  readonly archived: boolean;
  /** Undefined: all. */
  readonly type: string | undefined;
  readonly eventKey: string | undefined;
  readonly direction: string | undefined;
}

export interface MetricVersionRow {
  readonly number: number;
  readonly definition: MetricDefinition;
  readonly created_at: Date;
}

/** What lists need of a definition. */
function summary(definition: MetricDefinition) {
  return { type: definition.type, direction: definition.direction, event_keys: [...metricEventKeys(definition)] };
}

/** Undefined: there is one with this key. */
export async function insertMetric(tx: Tx, metric: NewMetric): Promise<MetricRow | undefined> {
  const row = await tx
    .insertInto('event.metric')
    .values({
      id: metric.id,
      organisation_id: metric.organisationId,
      project_id: metric.projectId,
      key: metric.key,
      name: metric.name,
      description: metric.description,
      ...summary(metric.definition),
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return undefined;
  await insertVersion(tx, row, metric.definition);
  return { ...(row as unknown as MetricRow), definition: metric.definition };
}

async function insertVersion(tx: Tx, metric: Selectable<EventMetric>, definition: MetricDefinition): Promise<void> {
  await tx
    .insertInto('event.metric_version')
    .values({
      metric_id: metric.id,
      number: metric.definition_version,
      organisation_id: metric.organisation_id,
      definition: jsonb(definition as unknown as JsonValue),
    })
    .execute();
}

function selectMetrics(tx: Tx) {
  return tx
    .selectFrom('event.metric as metric')
    .innerJoin('event.metric_version as version', (join) =>
      join.onRef('version.metric_id', '=', 'metric.id').onRef('version.number', '=', 'metric.definition_version'),
    )
    .selectAll('metric')
    .select('version.definition');
}

/** @param lock - keeps others from changing it until the transaction ends */
export async function findMetric(tx: Tx, projectId: string, key: string, lock = false): Promise<MetricRow | undefined> {
  let query = selectMetrics(tx).where('metric.project_id', '=', projectId).where('metric.key', '=', key);
  if (lock) query = query.forUpdate('metric');
  return (await query.executeTakeFirst()) as unknown as MetricRow | undefined;
}

/** As it was defined by an earlier version: name and description are the current ones. */
export async function findMetricVersion(tx: Tx, metric: MetricRow, number: number): Promise<MetricRow | undefined> {
  const version = await tx
    .selectFrom('event.metric_version')
    .select('definition')
    .where('metric_id', '=', metric.id)
    .where('number', '=', number)
    .executeTakeFirst();
  if (version === undefined) return undefined;
  const definition = version.definition as unknown as MetricDefinition;
  return { ...metric, ...summary(definition), definition, definition_version: number };
}

/** A metric's versions, the latest first. */
export async function listMetricVersions(
  tx: Tx,
  metricId: string,
  page: { readonly before: number | undefined; readonly limit: number },
): Promise<DefinitionPage<MetricVersionRow>> {
  let query = tx
    .selectFrom('event.metric_version')
    .select(['number', 'definition', 'created_at'])
    .where('metric_id', '=', metricId)
    .orderBy('number', 'desc')
    .limit(page.limit + 1);
  if (page.before !== undefined) query = query.where('number', '<', page.before);
  const rows = (await query.execute()) as unknown as MetricVersionRow[];
  return { items: rows.slice(0, page.limit), hasMore: rows.length > page.limit };
}

export async function listMetrics(tx: Tx, query: MetricQuery): Promise<DefinitionPage<MetricRow>> {
  let page = selectMetrics(tx)
    .where('metric.project_id', '=', query.projectId)
    .where('metric.archived', '=', query.archived)
    .orderBy(sql`metric.key collate "C"`)
    .limit(query.limit + 1);
  if (query.text !== '') {
    const pattern = searchPattern(query.text);
    page = page.where((where) => where.or([where('metric.key', 'ilike', pattern), where('metric.name', 'ilike', pattern)]));
  }
  if (query.type !== undefined) page = page.where('metric.type', '=', query.type);
  if (query.direction !== undefined) page = page.where('metric.direction', '=', query.direction);
  if (query.eventKey !== undefined) page = page.where(sql<boolean>`${query.eventKey} = any (metric.event_keys)`);
  if (query.afterKey !== undefined) page = page.where(sql<boolean>`metric.key collate "C" > ${query.afterKey}`);
  const rows = (await page.execute()) as unknown as MetricRow[];
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
}

export async function countMetrics(tx: Tx, projectId: string): Promise<number> {
  const row = await tx
    .selectFrom('event.metric')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .executeTakeFirstOrThrow();
  return row.count;
}

/**
 * Changes a metric that is locked.
 * @param change.definition - where it is given, it becomes the next version
 */
export async function updateMetric(
  tx: Tx,
  current: MetricRow,
  change: Pick<NewMetric, 'name' | 'description'> & {
    readonly archived: boolean;
    readonly definition: MetricDefinition | undefined;
  },
): Promise<MetricRow> {
  const { definition } = change;
  const row = await tx
    .updateTable('event.metric')
    .set({
      name: change.name,
      description: change.description,
      archived: change.archived,
      ...(definition !== undefined && { ...summary(definition), definition_version: current.definition_version + 1 }),
      version: current.version + 1,
      updated_at: sql`now()`,
    })
    .where('id', '=', current.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  if (definition !== undefined) await insertVersion(tx, row, definition);
  return { ...(row as unknown as MetricRow), definition: definition ?? current.definition };
}
