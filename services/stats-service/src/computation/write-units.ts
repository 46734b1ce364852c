import { randomUUID } from 'node:crypto';
import { ask, askingLimits, type Asking } from './asking.ts';
import { writeFreshQuery, writeMarkerQuery, writeUnitsQuery } from './derived-units.ts';
import { batches, findFreshUnits, namesOf, type FreshScope } from './fresh-units.ts';
import type { Query } from './query.ts';

async function insert({ store, plan, signal, onRead }: Asking, hash: string, { sql, parameters }: Query): Promise<void> {
  const { environmentId, iterationId } = plan;
  // No two writes share a token: of two rows of a unit the last one counts, and a retry may see items that the first try did not.
  const token = `${iterationId}:${hash}:${randomUUID()}`;
  await store.insertSelect({
    environmentId,
    sql,
    params: parameters,
    limits: askingLimits,
    signal,
    token,
    ...(onRead && { onRead }),
  });
}

/** Writes the rows of all units, and the mark that says so. */
export async function writeAllUnits(asking: Asking, hash: string, hasLinks: boolean): Promise<void> {
  await insert(asking, hash, writeUnitsQuery(asking.plan, asking.bounds, hash, { hasLinks }));
  await insert(asking, hash, writeMarkerQuery(asking.plan, asking.bounds, hash));
}

/**
 * Brings the rows of units up to date with what was stored since. Where keys are linked, a new row can take an event from another
 * unit, so that whoever is touched is made anew from all its events, and likewise where many are touched; elsewhere what is new is
 * added to what is known. Who is touched is read first: statements that name the units are short to plan, and find them by their key.
 */
export async function writeFreshUnits(asking: Asking, hash: string, hasLinks: boolean, scope: FreshScope): Promise<void> {
  const { plan, bounds } = asking;
  const { storedFrom } = scope;
  const fresh = hasLinks ? undefined : await findFreshUnits(asking, hash, scope);
  if (fresh === undefined) return insert(asking, hash, writeUnitsQuery(plan, bounds, hash, { hasLinks, storedFrom }));
  const whole = batches(fresh.whole);
  const added = batches(fresh.added, namesOf);
  for (let part = 0; part < Math.max(whole.length, added.length); part++) {
    const units = { ...fresh, storedFrom, whole: whole[part] ?? [], added: added[part] ?? [] };
    await insert(asking, hash, writeFreshQuery(plan, bounds, hash, units));
  }
}

/** Whether all units of the plan were written once, and nobody emptied the table since. */
export async function hasUnits(asking: Asking, hash: string): Promise<boolean> {
  const sql =
    'SELECT 1 AS one FROM experiment_unit WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid = 0 LIMIT 1';
  const rows = await ask(asking, { sql, parameters: { iterationId: asking.plan.iterationId, plan: hash } });
  return rows.length > 0;
}

/** Removes rows of units that another plan of the iteration left. */
export async function forgetOtherPlans({ store, plan }: Asking, hash: string): Promise<void> {
  await store.eraseRows('experiment_unit', {
    environmentId: plan.environmentId,
    where: 'iteration_id = {iterationId:UUID} AND plan != {plan:UInt64}',
    params: { iterationId: plan.iterationId, plan: hash },
  });
}

/** Removes the rows of all units, so that they can be made anew. */
export async function forgetUnits({ store, plan }: Asking): Promise<void> {
  await store.eraseRows('experiment_unit', {
    environmentId: plan.environmentId,
    where: 'iteration_id = {iterationId:UUID}',
    params: { iterationId: plan.iterationId },
  });
}
