import { normalQuantile } from '@stitchd/statistics';
import { armColumns, type ArmColumn, type Caps } from './arm-columns.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import type { UnitsQuery } from './units-query.ts';

/** One statement that gives every arm's figures for all metrics, from whatever its `measured` reads. */
export function armsQuery(plan: ComputationPlan, units: UnitsQuery, caps: Caps): Query {
  const columns: readonly ArmColumn[] = plannedMetrics(plan).flatMap((metric, index) =>
    armColumns(metric, units.columns[index] ?? [], index, caps),
  );
  const all = columns.map(({ name, expression }) => `,\n  ${expression} AS ${name}`).join('');
  const arms = `SELECT bitAnd(first, 255) AS arm, count() AS n, countIf(bitCount(seen) > 1) AS mixed_units${all}\nFROM measured GROUP BY arm`;
  const shown = columns
    .filter(({ isHidden }) => isHidden !== true)
    .map(({ name }) => `, ${name}`)
    .join('');
  const outer = columns.some(({ isHidden }) => isHidden === true)
    ? `SELECT arm, n, mixed_units${shown} FROM (\n${arms}\n)`
    : arms;
  return {
    sql: `WITH ${units.ctes.join(',\n')}\n${outer} ORDER BY arm`,
    parameters: {
      ...units.parameters,
      ...Object.fromEntries(Object.entries(caps).map(([name, cap]) => [`${name}_cap`, cap])),
      ...(plan.metrics.some((metric) => metric.kind === 'planned' && metric.definition.type === 'quantile') && {
        criticalValue: criticalValueOf(plan),
      }),
    },
  };
}

/** Of an interval of level 1 − α. */
export function criticalValueOf({ alpha }: Pick<ComputationPlan, 'alpha'>): number {
  return -normalQuantile(alpha / 2);
}
