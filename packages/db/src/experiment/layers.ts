import { sql, type Insertable, type Selectable, type Updateable } from 'kysely';
import type { ExperimentLayer } from '../gen/schema.ts';
import { jsonb } from '../platform/index.ts';
import { searchPattern, type Tx } from '../postgres/index.ts';
import type { ExperimentState } from './experiment-row.ts';

export type LayerRow = Selectable<ExperimentLayer>;

/** Buckets `from` (inclusive) to `to` (exclusive). */
export interface StoredBucketRange {
  readonly from: number;
  readonly to: number;
}

/** What of a layer belongs to an experiment, and which that is. */
export interface SliceRow {
  readonly layer_id: string;
  readonly experiment_id: string;
  readonly experiment_key: string;
  readonly experiment_name: string;
  readonly experiment_state: ExperimentState;
  /** Sorted, disjoint. */
  readonly ranges: readonly StoredBucketRange[];
}

/** @returns undefined where the environment has one with this key */
export async function insertLayer(tx: Tx, layer: Insertable<ExperimentLayer>): Promise<LayerRow | undefined> {
  return tx
    .insertInto('experiment.layer')
    .values(layer)
    .onConflict((conflict) => conflict.columns(['environment_id', 'key']).doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** @param options.lock - until the transaction ends nobody else changes it or what is allotted of it */
export async function findLayer(
  tx: Tx,
  by: { readonly environmentId: string; readonly key: string },
  options: { readonly lock?: boolean } = {},
): Promise<LayerRow | undefined> {
  const query = tx
    .selectFrom('experiment.layer')
    .selectAll()
    .where('environment_id', '=', by.environmentId)
    .where('key', '=', by.key);
  return (options.lock ? query.forUpdate() : query).executeTakeFirst();
}

/** Changes a layer whose row this transaction has locked; the version goes up by one with it. */
export async function updateLayer(
  tx: Tx,
  id: string,
  change: Pick<Updateable<ExperimentLayer>, 'name' | 'description'>,
): Promise<LayerRow> {
  return tx
    .updateTable('experiment.layer')
    .set({ ...change, version: sql<number>`version + 1`, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function deleteLayer(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('experiment.layer').where('id', '=', id).execute();
}

/** A page in the order of keys. */
export async function listLayers(
  tx: Tx,
  query: { readonly environmentId: string; readonly limit: number; readonly afterKey: string | undefined; readonly text: string },
): Promise<{ readonly items: readonly LayerRow[]; readonly hasMore: boolean; readonly total: number }> {
  let filtered = tx.selectFrom('experiment.layer').where('environment_id', '=', query.environmentId);
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
  const rows = await page.execute();
  return { items: rows.slice(0, query.limit), hasMore: rows.length > query.limit, total };
}

/** What is allotted of these layers. */
export async function slicesOf(tx: Tx, layerIds: readonly string[]): Promise<readonly SliceRow[]> {
  if (layerIds.length === 0) return [];
  const rows = await tx
    .selectFrom('experiment.layer_slice as slice')
    .innerJoin('experiment.experiment as holder', 'holder.id', 'slice.experiment_id')
    .select([
      'slice.layer_id',
      'slice.experiment_id',
      'slice.ranges',
      'holder.key as experiment_key',
      'holder.name as experiment_name',
      'holder.state as experiment_state',
    ])
    .where('slice.layer_id', 'in', [...layerIds])
    .execute();
  // `putSlice` writes nothing else into `ranges`.
  return rows as unknown as readonly SliceRow[];
}

/** The part of a layer that an experiment has, with the layer. */
export async function sliceOfExperiment(
  tx: Tx,
  experimentId: string,
): Promise<{ readonly layer: LayerRow; readonly ranges: readonly StoredBucketRange[] } | undefined> {
  const slice = await tx
    .selectFrom('experiment.layer_slice')
    .select(['layer_id', 'ranges'])
    .where('experiment_id', '=', experimentId)
    .executeTakeFirst();
  if (slice === undefined) return undefined;
  const layer = await tx.selectFrom('experiment.layer').selectAll().where('id', '=', slice.layer_id).executeTakeFirstOrThrow();
  return { layer, ranges: slice.ranges as unknown as readonly StoredBucketRange[] };
}

/** Gives an experiment ranges of a layer, instead of those that it has. Whoever asks has locked the layer's row. */
export async function putSlice(
  tx: Tx,
  slice: {
    readonly layer: LayerRow;
    readonly experimentId: string;
    readonly ranges: readonly StoredBucketRange[];
  },
): Promise<void> {
  const { layer, experimentId } = slice;
  const values = { layer_id: layer.id, ranges: jsonb(slice.ranges.map((range) => ({ ...range }))) };
  await tx
    .insertInto('experiment.layer_slice')
    .values({ ...values, experiment_id: experimentId, organisation_id: layer.organisation_id })
    .onConflict((conflict) => conflict.column('experiment_id').doUpdateSet({ ...values, allotted_at: sql<Date>`now()` }))
    .execute();
}

/** @returns whether the experiment had any */
export async function deleteSlice(tx: Tx, experimentId: string): Promise<boolean> {
  const { numDeletedRows } = await tx
    .deleteFrom('experiment.layer_slice')
    .where('experiment_id', '=', experimentId)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
