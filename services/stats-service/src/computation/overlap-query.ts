import { ask, type Asking } from './asking.ts';
import { momentsAt } from './array-row.ts';
import { layoutOfNumbers, type CellLayout } from './cell-layout.ts';
import { arraysSql, type ArrayRow } from './cells-query.ts';
import { readUnitsQuery } from './derived-units.ts';
import type { OverlapFigures } from './figures.ts';
import type { ComputationPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Query } from './query.ts';
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

interface OverlapRow extends ArrayRow {
  readonly iteration: string;
  readonly arm: number;
  readonly other_arm: number;
}

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
  const asked = neighbours.length === 0 ? undefined : overlapQuery(asking, hash, neighbours, scope);
  if (asked === undefined) return [];
  const { layout, query } = asked;
  const rows = await ask<OverlapRow>(asking, query);
  return neighbours.map(({ experimentKey, iterationId, baselineVariant, variants }) => ({
    experimentKey,
    baselineVariant,
    variants,
    cells: rows
      .filter(({ iteration }) => iteration === iterationId)
      .flatMap((row) => {
        const found = momentsAt(layout, row, [...layout.numbers.keys()]);
        return found === undefined ? [] : [{ arm: row.arm, otherArm: row.other_arm, ...found }];
      }),
  }));
}

function overlapQuery(
  { plan, bounds }: Asking,
  hash: string,
  neighbours: readonly Neighbour[],
  { caps, isEnded }: { readonly caps: Caps; readonly isEnded: boolean },
): { readonly layout: CellLayout; readonly query: Query } | undefined {
  const units = readUnitsQuery(plan, bounds, hash);
  const index = plannedMetrics(plan).findIndex(({ role }) => role === 'primary');
  const metric = plannedMetrics(plan)[index];
  const columns = units.columns.metrics[index];
  if (metric === undefined || columns === undefined || metric.definition.type === 'quantile') return undefined;
  const layout = layoutOfNumbers(numbersOf(metric, columns, columns.after, caps));
  const keys = { iteration: 'iteration', arm: 'bitAnd(first, 255)', other_arm: 'other_arm' };
  const source = `FROM measured INNER JOIN (
  SELECT toString(iteration_id) AS iteration, uid, toUInt8(bitAnd(min(first_exposure), 255)) AS other_arm
  FROM experiment_unit
  WHERE environment_id = {environmentId:UUID} AND iteration_id IN (SELECT toUUID(arrayJoin({neighbours:Array(String)}))) AND uid != 0
  GROUP BY iteration_id, uid
) AS other ON other.uid = measured.unit_uid
WHERE ${isMatured(metric, isEnded)} AND ${periodOf(plan)} = ${lastPeriod(plan)}`;
  const query = {
    sql: `WITH ${units.ctes.join(',\n')}\n${arraysSql(layout, keys, source)}`,
    parameters: { ...units.parameters, ...capParameters(caps), neighbours: neighbours.map(({ iterationId }) => iterationId) },
  };
  return { layout, query };
}

function lastPeriod({ periods }: ComputationPlan): number {
  return periods.findLast(({ isPause }) => !isPause)?.number ?? 1;
}
