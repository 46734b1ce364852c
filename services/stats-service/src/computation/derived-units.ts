import { createHash } from 'node:crypto';
import type { JobBounds } from '@stitchd/db/stats';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { dimensionNames } from './exposed-sql.ts';
import { freshUnitsQuery } from './fresh-units-query.ts';
import { allColumns, unitColumns } from './unit-columns.ts';
import { columnsFromSlots, merges, slotArrays } from './unit-slots.ts';
import { slottedUnitsQuery, type UnitsQuery, type UnitsScope } from './units-query.ts';

/** The period as far as it decides which rows are right: one without an end moves on with the data. */
export interface DerivedPeriod {
  readonly from: string;
  /** Undefined: it goes on. */
  readonly to: string | undefined;
}

const slots = merges.map((merge) => slotArrays[merge].column).join(', ');
const written = `environment_id, iteration_id, plan, uid, derived_until, first_exposure, arms_seen, labels, ${slots}, recent`;

/** Names everything that decides what is in a unit's row; another plan has rows of its own. As a decimal UInt64. */
export function planHash(plan: ComputationPlan, period: DerivedPeriod): string {
  const { environmentId, source, iterationId, unitKind, arms, metrics, exclusions } = plan;
  const decides = {
    layout: 3,
    environmentId,
    source,
    iterationId,
    unitKind,
    arms: arms.map(({ variant }) => variant),
    metrics: metrics.map((metric) => (metric.kind === 'planned' ? [metric.definition, metric.role] : null)),
    prePeriodDays: plan.prePeriodDays,
    dimensions: dimensionNames(plan),
    exclusions,
    period,
  };
  return createHash('sha256').update(JSON.stringify(decides)).digest().readBigUInt64BE(0).toString();
}

/** Writes the units' rows: all of them, or those of which something new was stored. Writing the same again changes nothing. */
export function writeUnitsQuery(plan: ComputationPlan, bounds: JobBounds, hash: string, scope: UnitsScope): Query {
  return writeQuery(slottedUnitsQuery(plan, bounds, scope), bounds, hash);
}

/** Brings the rows of these units up to date. */
export function writeFreshQuery(
  plan: ComputationPlan,
  bounds: JobBounds,
  hash: string,
  scope: Parameters<typeof freshUnitsQuery>[3],
): Query {
  return writeQuery(freshUnitsQuery(plan, bounds, hash, scope), bounds, hash);
}

function writeQuery({ ctes, parameters }: UnitsQuery, bounds: JobBounds, hash: string): Query {
  return {
    sql: `INSERT INTO experiment_unit (${written})
WITH ${ctes.join(',\n')}
SELECT {environmentId:UUID}, {iterationId:UUID}, {plan:UInt64}, unit_uid, {derivedUntil:UInt64}, first, seen, labels, ${slots}, recent
FROM measured ORDER BY unit_uid`,
    parameters: { ...parameters, plan: hash, derivedUntil: Date.parse(bounds.dataUntil) },
  };
}

/** A row of nobody that says of a plan: all of its units were written once. Whoever empties the table takes it away with them. */
export function writeMarkerQuery(plan: ComputationPlan, bounds: JobBounds, hash: string): Query {
  return {
    sql: `INSERT INTO experiment_unit (environment_id, iteration_id, plan, uid, derived_until)
SELECT {environmentId:UUID}, {iterationId:UUID}, {plan:UInt64}, 0, {derivedUntil:UInt64} ORDER BY 1`,
    parameters: { iterationId: plan.iterationId, plan: hash, derivedUntil: Date.parse(bounds.dataUntil) },
  };
}

/** The same rows as `unitsQuery` gives, read from where they were written. */
export function readUnitsQuery(plan: ComputationPlan, bounds: JobBounds, hash: string): UnitsQuery {
  const columns = unitColumns(plan);
  const selected = columnsFromSlots(allColumns(columns)).map((column) => `,\n    ${column}`);
  return {
    ctes: [
      `measured AS (
  SELECT uid AS unit_uid, first_exposure AS first, arms_seen AS seen, labels${selected.join('')}
  FROM experiment_unit FINAL
  WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} AND plan = {plan:UInt64} AND uid != 0
)`,
    ],
    columns,
    parameters: { ...planParameters(plan, bounds), ...columns.parameters, plan: hash },
  };
}
