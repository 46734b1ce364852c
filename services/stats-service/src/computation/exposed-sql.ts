import { QueryParameters, type QueryParameter } from '@stitchd/events';
import { exclusionSql } from './exclusion-sql.ts';
import { armName, isOfPlan } from './exposure-source.ts';
import { atMs, fromMs, isOneOf, storedSince, storedUntil, toMs, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';

/** The last label of units that were first seen by a delivery of all values. */
const deliveredLabel = 'delivered';

/** Whether a unit was: 1 or 0. */
export const wasDelivered = `labels[-1] = '${deliveredLabel}'`;

/** Beside the attributes that the experiment names, units are always told apart by these. */
export const usualDimensions = ['sdk', 'platform'] as const;

export function dimensionNames({ dimensions }: Pick<ComputationPlan, 'dimensions'>): readonly string[] {
  return [...usualDimensions, ...dimensions.filter((name) => name !== 'sdk' && name !== 'platform')];
}

/**
 * The exposures that count, by unit: `first` (time in ms · 256 + place of the arm, so that ties of time always fall to the arm that comes
 * first in the experiment), a bit in `seen` for every arm, and `labels`, what the first exposure said of the unit, with
 * whether it was a delivery at the end: of a read and a delivery at once the read counts. Copies of an
 * exposure add nothing to any of it; where their senders' clock was corrected differently, the earliest counts.
 */
export function exposedUnits(
  plan: ComputationPlan,
  where: { readonly readSet?: string | undefined; readonly storedFrom?: string },
): { readonly sql: string; readonly parameters: Readonly<Record<string, QueryParameter>> } {
  const excluded = exclusionSql(plan.exclusions, 'item');
  const names = new QueryParameters('dimension');
  const labels = dimensionNames(plan).map((name) =>
    name === 'sdk' ? 'toString(item.sdk)' : `item.attributes[${names.bind('String', name)}]`,
  );
  labels.push(`if(item.delivered, '${deliveredLabel}', '')`);
  const conditions = [
    'environment_id = {environmentId:UUID}',
    isOfPlan(plan),
    where.storedFrom ?? storedSince,
    storedUntil,
    `${armName(plan)} IN {arms:Array(String)}`,
    ...(excluded.sql === '0' ? [] : [`${excluded.sql} = 0`]),
    ...(where.readSet === undefined ? [] : [isOneOf(plan, 'item', where.readSet)]),
  ];
  return {
    sql: `SELECT unit_uid, min(at_ms * 256 + arm) AS first, groupBitOr(bitShiftLeft(toUInt32(1), arm)) AS seen,
    argMin(labels, (at_ms * 256 + arm) * 2 + delivered) AS labels
  FROM (
    SELECT ${unitUid(plan, 'item')} AS unit_uid, ${atMs('item')} AS at_ms, toUInt8(indexOf({arms:Array(String)}, ${armName(plan)}) - 1) AS arm,
      [${labels.join(', ')}] AS labels, toUInt8(item.delivered) AS delivered
    FROM exposure AS item
    WHERE ${conditions.join(' AND ')}
  )
  WHERE unit_uid != 0 AND at_ms >= ${fromMs} AND at_ms < ${toMs}
  GROUP BY unit_uid`,
    parameters: { ...excluded.parameters, ...names.values },
  };
}
