import { createHash } from 'node:crypto';
import type { MetricColumn } from '@stitchd/events';
import type { JobBounds } from '@stitchd/db/stats';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { unitsQuery, type UnitsQuery, type UnitsScope } from './units-query.ts';

/** The period as far as it decides which rows are right: one without an end moves on with the data. */
export interface DerivedPeriod {
  readonly from: string;
  /** Undefined: it goes on. */
  readonly to: string | undefined;
}

/** Names everything that decides what is in a unit's row; another plan has rows of its own. As a decimal UInt64. */
export function planHash(plan: ComputationPlan, period: DerivedPeriod): string {
  const { environmentId, iterationId, unitKind, arms, metrics, exclusions } = plan;
  const decides = {
    layout: 1,
    environmentId,
    iterationId,
    unitKind,
    arms: arms.map(({ variant }) => variant),
    metrics: metrics.map((metric) => (metric.kind === 'planned' ? metric.definition : null)),
    exclusions,
    period,
  };
  return createHash('sha256').update(JSON.stringify(decides)).digest().readBigUInt64BE(0).toString();
}

/** Writes the units' rows: all of them, or those of which something new was stored. Writing the same again changes nothing. */
export function writeUnitsQuery(plan: ComputationPlan, bounds: JobBounds, hash: string, scope: UnitsScope): Query {
  const { ctes, columns, parameters } = unitsQuery(plan, bounds, scope);
  const { numbers, lists } = columnsByType(columns);
  const asArray = (names: readonly string[], type: string): string =>
    names.length === 0 ? `CAST([], '${type}')` : `CAST([${names.join(', ')}], '${type}')`;
  return {
    sql: `INSERT INTO experiment_unit (environment_id, iteration_id, plan, uid, derived_until, first_exposure, arms_seen, numbers, lists)
WITH ${ctes.join(',\n')}
SELECT {environmentId:UUID}, {iterationId:UUID}, {plan:UInt64}, unit_uid, {derivedUntil:UInt64}, first, seen,
  ${asArray(numbers, 'Array(Float64)')}, ${asArray(lists, 'Array(Array(Float64))')}
FROM measured ORDER BY unit_uid`,
    parameters: { ...parameters, plan: hash, derivedUntil: Date.parse(bounds.dataUntil) },
  };
}

/** A row of nobody that says of a plan: all of its units were written once. Whoever empties the table takes it away with them. */
export function writeMarkerQuery(plan: ComputationPlan, bounds: JobBounds, hash: string): Query {
  return {
    sql: `INSERT INTO experiment_unit (environment_id, iteration_id, plan, uid, derived_until, first_exposure, arms_seen, numbers, lists)
SELECT {environmentId:UUID}, {iterationId:UUID}, {plan:UInt64}, 0, {derivedUntil:UInt64}, 0, 0, [], [] ORDER BY 1`,
    parameters: { iterationId: plan.iterationId, plan: hash, derivedUntil: Date.parse(bounds.dataUntil) },
  };
}

/** The same rows as `unitsQuery` gives, read from where they were written. */
export function readUnitsQuery(plan: ComputationPlan, bounds: JobBounds, hash: string): UnitsQuery {
  // Only the columns' names are taken: what they are made of was decided when they were written.
  const { columns } = unitsQuery(plan, bounds, { hasLinks: false });
  const { numbers, lists } = columnsByType(columns);
  const selected = [
    ...numbers.map((name, index) => `numbers[${index + 1}] AS ${name}`),
    ...lists.map((name, index) => `lists[${index + 1}] AS ${name}`),
  ].map((column) => `, ${column}`);
  return {
    ctes: [
      `measured AS (
  SELECT uid AS unit_uid, first_exposure AS first, arms_seen AS seen${selected.join('')}
  FROM experiment_unit FINAL
  WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid != 0
)`,
    ],
    columns,
    parameters: { ...planParameters(plan, bounds), plan: hash },
  };
}

/** Units that were exposed first on each day, by arm. */
export function dailyUnitsQuery({ ctes, parameters }: UnitsQuery): Query {
  return {
    sql: `WITH ${ctes.join(',\n')}
SELECT toString(toDate(fromUnixTimestamp64Milli(toInt64(intDiv(first, 256)), 'UTC'))) AS day, bitAnd(first, 255) AS arm, count() AS units
FROM measured GROUP BY day, arm ORDER BY day, arm`,
    parameters,
  };
}

function columnsByType(columns: readonly (readonly MetricColumn[])[]) {
  const all = columns.flat();
  return {
    numbers: all.filter(({ role }) => role !== 'values').map(({ name }) => name),
    lists: all.filter(({ role }) => role === 'values').map(({ name }) => name),
  };
}
