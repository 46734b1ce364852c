import { randomUUID } from 'node:crypto';
import { capQuantile } from '@stitchd/events';
import type { EventStore, QueryLimits } from '@stitchd/db/clickhouse';
import type { JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import type { Caps } from './arm-columns.ts';
import { armFigures, type ArmFigures, type ArmRow } from './arm-figures.ts';
import { armsQuery } from './arms-query.ts';
import { dailyUnitsQuery, readUnitsQuery, writeMarkerQuery, writeUnitsQuery } from './derived-units.ts';
import { exposureCountsQuery, type ExposureCount } from './exposure-counts.ts';
import { linkedShareQuery, type LinkedShare } from './linked-share.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { unitsQuery, type UnitsQuery, type UnitsScope } from './units-query.ts';

/** Everything that results are made of. */
export interface Figures {
  /** From the raw items to every arm's figures: what people can run themselves. */
  readonly query: Query;
  /** Every arm, in the order of the experiment. */
  readonly arms: readonly ArmFigures[];
  readonly caps: Caps;
  readonly exposures: readonly ExposureCount[];
  /** Units by day of their first exposure, and by place of their arm. */
  readonly days: readonly { readonly day: string; readonly arm: number; readonly units: number }[];
  /** Null where no metric asks for events. */
  readonly events: LinkedShare | null;
}

/** Asks the event store within what a computation may use. */
export interface Asking {
  readonly store: EventStore;
  readonly plan: ComputationPlan;
  readonly bounds: JobBounds;
  readonly signal: AbortSignal;
}

const limits: QueryLimits = statsLimits.query;

function ask<Row>({ store, plan, signal }: Asking, { sql, parameters }: Query): Promise<readonly Row[]> {
  return store.query<Row>({ environmentId: plan.environmentId, sql, params: parameters, limits, signal });
}

/** Whether any key is known to belong to one of the experiment's kind of unit. */
export async function hasLinks(asking: Asking): Promise<boolean> {
  const sql =
    'SELECT 1 AS one FROM identity_link WHERE environment_id = {environmentId:UUID} AND other_kind = {unitKind:String} LIMIT 1';
  const rows = await ask(asking, { sql, parameters: { unitKind: asking.plan.unitKind } });
  return rows.length > 0;
}

/** Every arm's figures straight from the raw items: slow with many, and right by itself. */
export async function readRawArms(asking: Asking, links: boolean, caps: Caps): Promise<readonly ArmFigures[]> {
  return readArms(asking, unitsQuery(asking.plan, asking.bounds, { hasLinks: links }), caps);
}

/** Every arm's figures from the rows of its units. */
export async function readDerivedArms(asking: Asking, hash: string, caps: Caps): Promise<readonly ArmFigures[]> {
  return readArms(asking, readUnitsQuery(asking.plan, asking.bounds, hash), caps);
}

async function readArms(asking: Asking, units: UnitsQuery, caps: Caps): Promise<readonly ArmFigures[]> {
  const rows = await ask<ArmRow>(asking, armsQuery(asking.plan, units, caps));
  return armFigures(asking.plan, units.columns, rows);
}

/** Writes the rows of units; see `writeUnitsQuery`. */
export async function writeUnits(asking: Asking, hash: string, scope: UnitsScope): Promise<void> {
  const { sql, parameters } = writeUnitsQuery(asking.plan, asking.bounds, hash, scope);
  const { environmentId, iterationId } = asking.plan;
  // No two writes share a token: of two rows of a unit the last one counts, and a retry may see items that the first try did not.
  const token = (): string => `${iterationId}:${hash}:${randomUUID()}`;
  const { signal } = asking;
  await asking.store.insertSelect({ environmentId, sql, params: parameters, limits, signal, token: token() });
  if (scope.storedFrom !== undefined) return;
  const marker = writeMarkerQuery(asking.plan, asking.bounds, hash);
  await asking.store.insertSelect({ environmentId, sql: marker.sql, params: marker.parameters, signal, token: token() });
}

/** Whether all units of the plan were written once, and nobody emptied the table since. */
export async function hasUnits(asking: Asking, hash: string): Promise<boolean> {
  const sql =
    'SELECT 1 AS one FROM experiment_unit WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid = 0 LIMIT 1';
  const rows = await ask(asking, { sql, parameters: { iterationId: asking.plan.iterationId, plan: hash } });
  return rows.length > 0;
}

/**
 * What metrics with a cap by quantile are capped at: what was frozen, or what all arms together say now.
 * @param frozen - by name of the column
 */
export async function readCaps(
  asking: Asking,
  hash: string,
  frozen: Caps,
): Promise<{ readonly caps: Caps; readonly settled: Caps }> {
  const units = readUnitsQuery(asking.plan, asking.bounds, hash);
  const open = units.columns.flat().filter(({ name, cap }) => cap?.kind === 'quantile' && frozen[name] === undefined);
  if (open.length === 0) return { caps: frozen, settled: {} };
  const columns = open.flatMap(({ name, cap }) => [
    `${capQuantile(name, cap?.kind === 'quantile' ? cap.level : 1)} AS ${name}_cap`,
    `countIf(${name} != 0) AS ${name}_units`,
  ]);
  const sql = `WITH ${units.ctes.join(',\n')} SELECT ${columns.join(', ')} FROM measured`;
  const [row = {}] = await ask<Record<string, number | null>>(asking, { sql, parameters: units.parameters });
  const found = open.flatMap(({ name }) => {
    const cap = row[`${name}_cap`];
    return typeof cap === 'number' ? [{ name, cap, isSettled: (row[`${name}_units`] ?? 0) >= statsLimits.capUnits }] : [];
  });
  const named = (some: typeof found): Caps => Object.fromEntries(some.map(({ name, cap }) => [name, cap]));
  return { caps: { ...frozen, ...named(found) }, settled: named(found.filter(({ isSettled }) => isSettled)) };
}

/** What results say beside the arms' figures. */
export async function readSurroundings(
  asking: Asking,
  hash: string,
  links: boolean,
): Promise<Pick<Figures, 'exposures' | 'days' | 'events'>> {
  const { plan, bounds } = asking;
  const exposures = await ask<ExposureCount>(asking, exposureCountsQuery(plan, bounds));
  const days = await ask<Figures['days'][number]>(asking, dailyUnitsQuery(readUnitsQuery(plan, bounds, hash)));
  if (plannedMetrics(plan).length === 0) return { exposures, days, events: null };
  const [events = null] = await ask<LinkedShare>(asking, linkedShareQuery(plan, bounds, links));
  return { exposures, days, events };
}

/** The statement that leads from the raw items to every arm's figures. */
export function shownQuery({ plan, bounds }: Asking, links: boolean, caps: Caps): Query {
  return armsQuery(plan, unitsQuery(plan, bounds, { hasLinks: links }), caps);
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
