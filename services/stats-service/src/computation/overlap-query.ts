import type { CrossMoments } from '@stitchd/statistics';
import { ask, type Asking } from './asking.ts';
import { moments } from './cells-query.ts';
import { readUnitsQuery } from './derived-units.ts';
import type { OverlapFigures } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
import { momentsIn, type CellRow } from './read-cells.ts';
import { capParameters, isMatured, numbersOf, type Caps } from './unit-numbers.ts';
import { periodOf } from './unit-period.ts';

/** Another experiment that runs in the same environment on the same kind of unit. */
export interface Neighbour {
  readonly experimentKey: string;
  readonly iterationId: string;
  readonly baselineVariant: string;
  /** In the order of their places. */
  readonly variants: readonly string[];
}

type OverlapRow = CellRow & { readonly iteration: string; readonly other_arm: number };

/**
 * The primary metric of the units that are in another experiment too, by both arms. Of the last period alone: within constant weights an
 * arm's effect is fair among the units of each arm of the other, whenever these came.
 *
 * @returns nothing where the primary metric is no mean
 */
export async function readOverlaps(
  asking: Asking,
  hash: string,
  neighbours: readonly Neighbour[],
  scope: { readonly caps: Caps; readonly isEnded: boolean },
): Promise<readonly OverlapFigures[]> {
  const query = neighbours.length === 0 ? undefined : overlapQuery(asking, hash, neighbours, scope);
  if (query === undefined) return [];
  const rows = await ask<OverlapRow>(asking, query);
  return neighbours.map(({ experimentKey, iterationId, baselineVariant, variants }) => ({
    experimentKey,
    baselineVariant,
    variants,
    cells: rows
      .filter(({ iteration }) => iteration === iterationId)
      .flatMap((row) => {
        const found: CrossMoments | 'not-finite' = momentsIn(row, 'y');
        return found === 'not-finite' ? [] : [{ arm: row.arm, otherArm: row.other_arm, ...found }];
      }),
  }));
}

function overlapQuery(
  { plan, bounds }: Asking,
  hash: string,
  neighbours: readonly Neighbour[],
  { caps, isEnded }: { readonly caps: Caps; readonly isEnded: boolean },
): Query | undefined {
  const units = readUnitsQuery(plan, bounds, hash);
  const index = plannedMetrics(plan).findIndex(({ role }) => role === 'primary');
  const metric = plannedMetrics(plan)[index];
  const columns = units.columns.metrics[index];
  if (metric === undefined || columns === undefined || metric.definition.type === 'quantile') return undefined;
  const numbers = numbersOf(metric, columns, columns.after, caps);
  const selected = moments('y', numbers).map(([name, expression]) => `,\n  ${expression} AS ${name}`);
  return {
    sql: `WITH ${units.ctes.join(',\n')}
SELECT iteration, bitAnd(first, 255) AS arm, other_arm${selected.join('')}
FROM measured INNER JOIN (
  SELECT toString(iteration_id) AS iteration, uid, toUInt8(bitAnd(min(first_exposure), 255)) AS other_arm
  FROM experiment_unit
  WHERE environment_id = {environmentId:UUID} AND iteration_id IN (SELECT toUUID(arrayJoin({neighbours:Array(String)}))) AND uid != 0
  GROUP BY iteration_id, uid
) AS other ON other.uid = measured.unit_uid
WHERE ${isMatured(metric, isEnded)} AND ${periodOf(plan)} = ${lastPeriod(plan)}
GROUP BY iteration, arm, other_arm ORDER BY iteration, arm, other_arm`,
    parameters: { ...units.parameters, ...capParameters(caps), neighbours: neighbours.map(({ iterationId }) => iterationId) },
  };
}

function lastPeriod({ periods }: ComputationPlan): number {
  return periods.findLast(({ isPause }) => !isPause)?.number ?? 1;
}
