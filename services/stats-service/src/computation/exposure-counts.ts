import { distinctExposures } from '@stitchd/db/clickhouse';
import type { JobBounds } from '@stitchd/db/stats';
import type { ExposureCount } from './figures.ts';
import { exclusionSql } from './exclusion-sql.ts';
import { armName, isOfPlan } from './exposure-source.ts';
import { atMs, fromMs, storedSince, storedUntil, toMs, unitUid } from './item-source.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { planParameters } from './plan-parameters.ts';
import type { Query } from './query.ts';

export interface ExposureRow extends ExposureCount {
  /** When the last of them happened, epoch milliseconds. */
  readonly lastMs: number;
}

/** What was exposed under the iteration in the period. */
export function exposureCountsQuery(plan: ComputationPlan, bounds: JobBounds): Query {
  const excluded = exclusionSql(plan.exclusions, 'copy');
  const source = distinctExposures({
    columns: ['stored_at'],
    expressions: { arm_name: armName(plan), unit_uid: unitUid(plan, 'copy'), at_ms: atMs('copy'), exclusion: excluded.sql },
    where: [isOfPlan(plan), storedSince],
  });
  return {
    sql: [
      'SELECT toString(arm_name) AS variant, exclusion, count() AS items, countIf(unit_uid = 0) AS withoutUnit, max(at_ms) AS lastMs,',
      // Who counts is counted elsewhere, and counting different ones costs.
      '  uniqExactIf(unit_uid, unit_uid != 0 AND exclusion > 0) AS units',
      `FROM ${source} AS exposure`,
      `WHERE at_ms >= ${fromMs} AND at_ms < ${toMs} AND ${storedUntil}`,
      'GROUP BY arm_name, exclusion ORDER BY arm_name, exclusion',
    ].join('\n'),
    parameters: { ...planParameters(plan, bounds), ...excluded.parameters },
  };
}
