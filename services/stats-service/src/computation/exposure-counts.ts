import { distinctExposures } from '@stitchd/db/clickhouse';
import type { ExposureTally, JobBounds } from '@stitchd/db/stats';
import { statsLimits } from '../limits.ts';
import { ask, together, type Asking } from './asking.ts';
import { exclusionSql } from './exclusion-sql.ts';
import { armName, isOfPlan } from './exposure-source.ts';
import { atMs, fromMs, madeIn, storedSince, storedUntil, toMs, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import { storeTime, type Query } from './query.ts';

export interface ExposureCounts {
  readonly counts: readonly ExposureTally[];
  /** Of those that the next computation does not meet again. */
  readonly settled: readonly ExposureTally[];
}

interface FreshTally extends Omit<ExposureTally, 'units'> {
  readonly isSettled: number;
}

/**
 * What was exposed under the iteration in the period.
 * @param kept - those that settled by the last computation, and from when on it had not settled; left out: all are counted
 */
export async function countExposures(
  asking: Asking,
  kept: { readonly tallies: readonly ExposureTally[]; readonly storedFrom: string } | undefined,
): Promise<ExposureCounts> {
  const { plan, bounds } = asking;
  const settledUntil = new Date(Date.parse(bounds.dataUntil) - statsLimits.derivedOverlapMs).toISOString();
  if (kept === undefined) {
    const [counts, fresh] = await together([
      ask<ExposureTally>(asking, exposureCountsQuery(plan, bounds)),
      ask<FreshTally>(asking, freshExposuresQuery(plan, bounds, { storedFrom: settledUntil, settledUntil })),
    ]);
    return { counts, settled: without(counts, fresh) };
  }
  const scope = { storedFrom: kept.storedFrom, settledUntil };
  const fresh = await ask<FreshTally>(asking, freshExposuresQuery(plan, bounds, scope));
  const added = withFresh(kept.tallies, fresh);
  const counts = fresh.some(({ exclusion }) => exclusion > 0) ? await withUnits(asking, added) : added;
  return {
    counts,
    settled: without(
      counts,
      fresh.filter(({ isSettled }) => isSettled === 0),
    ),
  };
}

const keyOf = ({ variant, exclusion }: Pick<ExposureTally, 'variant' | 'exclusion'>): string => `${exclusion} ${variant}`;

function withFresh(settled: readonly ExposureTally[], fresh: readonly FreshTally[]): readonly ExposureTally[] {
  const found = new Map(settled.map((one) => [keyOf(one), one]));
  for (const { variant, exclusion, items, withoutUnit, lastMs } of fresh) {
    const known = found.get(keyOf({ variant, exclusion }));
    found.set(keyOf({ variant, exclusion }), {
      variant,
      exclusion,
      items: items + (known?.items ?? 0),
      withoutUnit: withoutUnit + (known?.withoutUnit ?? 0),
      units: known?.units ?? 0,
      lastMs: Math.max(lastMs, known?.lastMs ?? 0),
    });
  }
  const before = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return [...found.values()].toSorted((a, b) => before(a.variant, b.variant) || a.exclusion - b.exclusion);
}

/** Who counts is counted elsewhere; of those that are left out, copies make no difference. */
async function withUnits(asking: Asking, counts: readonly ExposureTally[]): Promise<readonly ExposureTally[]> {
  const rows = await ask<Pick<ExposureTally, 'variant' | 'exclusion' | 'units'>>(
    asking,
    excludedUnitsQuery(asking.plan, asking.bounds),
  );
  const units = new Map(rows.map((row) => [keyOf(row), row.units]));
  return counts.map((one) => ({ ...one, units: units.get(keyOf(one)) ?? 0 }));
}

function without(counts: readonly ExposureTally[], fresh: readonly FreshTally[]): readonly ExposureTally[] {
  return counts.flatMap((one) => {
    const mine = fresh.filter((row) => keyOf(row) === keyOf(one));
    const less = (name: 'items' | 'withoutUnit'): number => mine.reduce((rest, row) => rest - row[name], one[name]);
    return less('items') === 0 ? [] : [{ ...one, items: less('items'), withoutUnit: less('withoutUnit') }];
  });
}

const inPeriod = `at_ms >= ${fromMs} AND at_ms < ${toMs}`;

function factsOf(plan: ComputationPlan) {
  const excluded = exclusionSql(plan.exclusions, 'copy');
  const columns = { arm_name: armName(plan), unit_uid: unitUid(plan, 'copy'), at_ms: atMs('copy'), exclusion: excluded.sql };
  return { columns, parameters: excluded.parameters };
}

function exposureCountsQuery(plan: ComputationPlan, bounds: JobBounds): Query {
  const { columns, parameters } = factsOf(plan);
  const source = distinctExposures({ columns: ['stored_at'], expressions: columns, where: [isOfPlan(plan), storedSince] });
  return {
    sql: [
      'SELECT toString(arm_name) AS variant, exclusion, count() AS items, countIf(unit_uid = 0) AS withoutUnit, max(at_ms) AS lastMs,',
      '  uniqExactIf(unit_uid, unit_uid != 0 AND exclusion > 0) AS units',
      `FROM ${source} AS exposure`,
      `WHERE ${inPeriod} AND ${storedUntil}`,
      'GROUP BY arm_name, exclusion ORDER BY variant, exclusion',
    ].join('\n'),
    parameters: { ...planParameters(plan, bounds), ...parameters },
  };
}

/** Exposures of which no copy was stored earlier. Copies lie in the hour in which the item was made, so that only those hours are read. */
function freshExposuresQuery(
  plan: ComputationPlan,
  bounds: JobBounds,
  { storedFrom, settledUntil }: { readonly storedFrom: string; readonly settledUntil: string },
): Query {
  const { columns, parameters } = factsOf(plan);
  const ofPlan = `environment_id = {environmentId:UUID} AND ${isOfPlan(plan)}`;
  const names = Object.keys(columns);
  const facts = Object.values(columns).map((expression) => `argMax(${expression}, copy.copy_rank)`);
  return {
    sql: `SELECT toString(arm_name) AS variant, exclusion, stored < {settledUntil:DateTime64(3, 'UTC')} AS isSettled,
  count() AS items, countIf(unit_uid = 0) AS withoutUnit, max(at_ms) AS lastMs
FROM (
  SELECT item_id, min(copy.stored_at) AS stored, ${facts.map((fact, place) => `${fact} AS ${names[place]}`).join(', ')}
  FROM exposure AS copy
  WHERE ${ofPlan} AND ${storedUntil} AND ${madeIn} IN (
    SELECT ${madeIn} FROM exposure WHERE ${ofPlan} AND stored_at >= {storedFrom:DateTime64(3, 'UTC')} AND ${storedUntil}
  )
  GROUP BY item_id HAVING stored >= {storedFrom:DateTime64(3, 'UTC')}
)
WHERE ${inPeriod} GROUP BY variant, exclusion, isSettled`,
    parameters: {
      ...planParameters(plan, bounds),
      ...parameters,
      storedFrom: storeTime(storedFrom),
      settledUntil: storeTime(settledUntil),
    },
  };
}

function excludedUnitsQuery(plan: ComputationPlan, bounds: JobBounds): Query {
  const { columns, parameters } = factsOf(plan);
  return {
    sql: `SELECT toString(arm_name) AS variant, exclusion, uniqExact(unit_uid) AS units
FROM (
  SELECT ${Object.entries(columns)
    .map(([name, expression]) => `${expression} AS ${name}`)
    .join(', ')}
  FROM exposure AS copy WHERE environment_id = {environmentId:UUID} AND ${isOfPlan(plan)} AND ${storedSince} AND ${storedUntil}
)
WHERE ${inPeriod} AND exclusion > 0 AND unit_uid != 0 GROUP BY variant, exclusion`,
    parameters: { ...planParameters(plan, bounds), ...parameters },
  };
}
