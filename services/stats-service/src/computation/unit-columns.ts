import { metricWindow, type MetricDefinition } from '@stitchd/core';
import { metricSelects, metricSql, oneSlot, type MetricColumn, type MetricSql, type RowColumns } from '@stitchd/events';
import { statsLimits } from '../limits.ts';
import { toMs } from './item-source.ts';
import type { ComputationPlan, MetricPlan } from './metric-plan.ts';
import { plannedMetrics } from './plan-parameters.ts';
import type { Parameters } from './query.ts';

/** How the statements here call the columns of an event and of its unit. */
const row: RowColumns = {
  event: 'happened.event',
  value: 'happened.value',
  properties: 'happened.properties',
  atMs: 'happened.at_ms',
  firstMs: 'exposed.first_ms',
};

const dayMs = 86_400_000;

/** Columns of one metric in a time of its own. */
export interface HarmColumns {
  readonly windowMs: number;
  readonly columns: readonly MetricColumn[];
}

/** What every unit has of one metric. */
export interface MetricColumns {
  readonly after: readonly MetricColumn[];
  /** The same in the days before its first exposure; none where nothing is adjusted. */
  readonly before: readonly MetricColumn[];
  /** The same in the first hour and the first day, where it is watched for harm. */
  readonly harm: readonly HarmColumns[];
  /** Days since the exposure and what happened on them, in turn. */
  readonly daily: MetricColumn | undefined;
}

export interface UnitColumns {
  /** By planned metric. */
  readonly metrics: readonly MetricColumns[];
  /** Whether anything of any metric happened in the days before. */
  readonly history: MetricColumn;
  readonly parameters: Parameters;
  readonly readsProperties: boolean;
}

/** All columns that a unit's row has a place for, in the order of their places; or those that cells are made of. */
export function allColumns({ metrics, history }: UnitColumns, of: 'rows' | 'cells' = 'rows'): readonly MetricColumn[] {
  return [
    history,
    ...metrics.flatMap(({ after, before, harm, daily }) => [
      ...after,
      ...before,
      ...harm.flatMap(({ columns }) => columns),
      ...(daily === undefined || of === 'cells' ? [] : [daily]),
    ]),
  ];
}

export function unitColumns(plan: ComputationPlan): UnitColumns {
  const made: MetricSql[] = [];
  const parameters: Record<string, Parameters[string]> = {};
  const columnsIn = (definition: MetricDefinition, name: string, window?: { fromMs: number; toMs: number }) => {
    const sql = metricSql(definition, { name, periodEnd: toMs, row, ...(window && { window }) });
    made.push(sql);
    return sql.columns.map(slottedOnce);
  };
  const prePeriodMs = plan.prePeriodDays * dayMs;
  const metrics = plannedMetrics(plan).map((metric, index): MetricColumns => {
    const { definition, role } = metric;
    const isQuantile = definition.type === 'quantile';
    const daily = role === 'primary' ? dailyColumn(metric, `d${index}`) : undefined;
    Object.assign(parameters, daily?.parameters);
    return {
      after: columnsIn(definition, `m${index}`),
      before: isQuantile || prePeriodMs === 0 ? [] : columnsIn(definition, `b${index}`, { fromMs: -prePeriodMs, toMs: 0 }),
      harm:
        isQuantile || role === 'secondary'
          ? []
          : statsLimits.harmWindowsMs.map((windowMs, place) => ({
              windowMs,
              columns: columnsIn(definition, `h${index}_${place}`, { fromMs: 0, toMs: windowMs }),
            })),
      daily: daily?.column,
    };
  });
  const columns = { metrics, history: historyColumn(prePeriodMs) };
  Object.assign(parameters, ...made.map((sql) => sql.parameters));
  return { ...columns, parameters, readsProperties: made.some(({ readsProperties }) => readsProperties) };
}

/** Parts of a column bind parameters when they are asked for, and are asked for more than once. */
function slottedOnce(column: MetricColumn): MetricColumn {
  const slotted = column.slotted();
  return { ...column, slotted: () => slotted };
}

function historyColumn(prePeriodMs: number): MetricColumn {
  const isBefore = `${row.event} != '' AND ${row.atMs} < ${row.firstMs} AND ${row.atMs} >= ${row.firstMs} - ${prePeriodMs}`;
  const counted = `toFloat64(countIf(${isBefore}))`;
  const isMore = (events: string): string => `${events} > 0`;
  return { name: 'history', role: 'share', expression: isMore(counted), slotted: () => oneSlot('sum', counted, isMore) };
}

/** Of metrics that are sums over days: how often or how much on each. */
function dailyColumn({ definition }: MetricPlan, name: string) {
  const isCount = definition.type === 'conversion' || definition.type === 'count';
  const isSum = definition.type === 'sum' && definition.property === undefined;
  if (!isCount && !isSum) return undefined;
  const { fromMs, toMs: endMs = Infinity } = metricWindow(definition);
  const { condition, parameters } = metricSelects(definition, name, row);
  const after = `(${row.atMs} - ${row.firstMs})`;
  const isIn = `${condition} AND ${after} >= ${fromMs} AND ${after} < ${Math.min(endMs, statsLimits.daysSinceExposure * dayMs)} AND ${row.atMs} < ${toMs}`;
  const amount = isCount ? 'toFloat64(1)' : row.value;
  const byDay = `sumMapIf([toInt32(intDiv(${after}, ${dayMs}))], [${amount}], ${isIn})`;
  const expression = `arrayFlatten(arrayMap((day, amount) -> [toFloat64(day), amount], ${byDay}.1, ${byDay}.2))`;
  const column: MetricColumn = { name, role: 'values', expression, slotted: () => oneSlot('list', expression) };
  return { column, parameters };
}
