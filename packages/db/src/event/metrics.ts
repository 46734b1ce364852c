import { sql, type Selectable } from 'kysely';
import type { EventMetric } from '../gen/schema.ts';
import { searchPattern, type Tx } from '../postgres/index.ts';
import type { DefinitionPage, DefinitionQuery } from './definition-page.ts';

export const metricTypes = ['conversion', 'mean'] as const;
export const metricDirections = ['increase', 'decrease'] as const;

/** A metric as it is stored. */
export type MetricRow = Omit<Selectable<EventMetric>, 'type' | 'direction'> & {
  readonly type: (typeof metricTypes)[number];
  readonly direction: (typeof metricDirections)[number];
};

export interface NewMetric {
  readonly id: string;
  readonly organisationId: string;
  readonly projectId: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly type: (typeof metricTypes)[number];
  /** Of an event definition of the project. */
  readonly eventKey: string;
  readonly direction: (typeof metricDirections)[number];
  readonly windowHours: number;
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
      type: metric.type,
      event_key: metric.eventKey,
      direction: metric.direction,
      window_hours: metric.windowHours,
    })
    .onConflict((conflict) => conflict.columns(['project_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
  return row as MetricRow | undefined;
}

/** @param lock - keeps others from changing it until the transaction ends */
export async function findMetric(tx: Tx, projectId: string, key: string, lock = false): Promise<MetricRow | undefined> {
  let query = tx.selectFrom('event.metric').selectAll().where('project_id', '=', projectId).where('key', '=', key);
  if (lock) query = query.forUpdate();
  return (await query.executeTakeFirst()) as MetricRow | undefined;
}

export async function listMetrics(tx: Tx, query: DefinitionQuery): Promise<DefinitionPage<MetricRow>> {
  let page = tx
    .selectFrom('event.metric')
    .selectAll()
    .where('project_id', '=', query.projectId)
    .orderBy(sql`key collate "C"`)
    .limit(query.limit + 1);
  if (query.text !== '') {
    const pattern = searchPattern(query.text);
    page = page.where((where) => where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)]));
  }
  if (query.afterKey !== undefined) page = page.where(sql<boolean>`key collate "C" > ${query.afterKey}`);
  const rows = (await page.execute()) as MetricRow[];
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

/** Writes the next version of a metric that is locked. */
export async function updateMetric(
  tx: Tx,
  current: MetricRow,
  change: Pick<NewMetric, 'name' | 'description' | 'direction' | 'windowHours'>,
): Promise<MetricRow> {
  const row = await tx
    .updateTable('event.metric')
    .set({
      name: change.name,
      description: change.description,
      direction: change.direction,
      window_hours: change.windowHours,
      version: current.version + 1,
      updated_at: sql`now()`,
    })
    .where('id', '=', current.id)
    .returningAll()
    .executeTakeFirstOrThrow();
  return row as MetricRow;
}
