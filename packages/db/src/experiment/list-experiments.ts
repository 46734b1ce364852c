import { sql } from 'kysely';
import { searchPattern, type Tx } from '../postgres/index.ts';
import { experimentRow, type ExperimentRow } from './experiment-row.ts';

export interface ExperimentQuery {
  readonly environmentId: string;
  readonly limit: number;
  /** The key of the last item before this page. */
  readonly afterKey: string | undefined;
  /** Matched against key and name, without regard to case; empty: all. */
  readonly text: string;
  /** Empty: all. */
  readonly state: string;
  readonly flagKey: string;
  readonly metricKey: string;
  readonly kind: string;
  /** Archived ones, or those that are not. */
  readonly archived: boolean;
}

export interface ExperimentPage {
  readonly items: readonly ExperimentRow[];
  readonly hasMore: boolean;
  /** How many the filters leave, on all pages together. */
  readonly total: number;
}

/** A page in the order of keys. */
export async function listExperiments(tx: Tx, query: ExperimentQuery): Promise<ExperimentPage> {
  let filtered = tx.selectFrom('experiment.experiment').where('environment_id', '=', query.environmentId);
  if (query.state !== '') filtered = filtered.where('state', '=', query.state);
  if (query.flagKey !== '') filtered = filtered.where('flag_key', '=', query.flagKey);
  if (query.kind !== '') filtered = filtered.where('kind', '=', query.kind);
  if (query.metricKey !== '')
    filtered = filtered.where(sql<boolean>`metrics @> jsonb_build_array(jsonb_build_object('key', ${query.metricKey}::text))`);
  filtered = filtered.where('archived_at', query.archived ? 'is not' : 'is', null);
  if (query.text !== '') {
    const pattern = searchPattern(query.text);
    filtered = filtered.where((where) => where.or([where('key', 'ilike', pattern), where('name', 'ilike', pattern)]));
  }
  const { total } = await filtered.select((select) => select.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  let page = filtered
    .selectAll()
    .orderBy(sql`key collate "C"`)
    .limit(query.limit + 1);
  if (query.afterKey !== undefined) page = page.where(sql<boolean>`key collate "C" > ${query.afterKey}`);
  const rows = (await page.execute()).map(experimentRow);
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit, total };
}

/**
 * Experiments of the tenant whose results still move, those of earlier iterations too, in the order of ids.
 * @param query.graceSince - those whose grace periods ended before are at rest
 */
export async function listLiveExperiments(
  tx: Tx,
  query: { readonly limit: number; readonly afterId: string | undefined; readonly graceSince: Date },
): Promise<Omit<ExperimentPage, 'total'>> {
  let page = tx
    .selectFrom('experiment.experiment')
    .selectAll()
    .where((where) =>
      where.or([
        where('state', 'in', ['running', 'paused']),
        where.and([where('state', '=', 'stopped'), where('grace_until', '>=', query.graceSince)]),
        where.exists(
          where
            .selectFrom('experiment.iteration')
            .select('experiment.iteration.id')
            .whereRef('experiment.iteration.experiment_id', '=', 'experiment.experiment.id')
            .where('experiment.experiment.state', '!=', 'starting')
            .where('experiment.iteration.grace_until', '>=', query.graceSince),
        ),
      ]),
    )
    .orderBy('id')
    .limit(query.limit + 1);
  if (query.afterId !== undefined) page = page.where('id', '>', query.afterId);
  const rows = (await page.execute()).map(experimentRow);
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit };
}
