import { transferLimits, type ExportColumn, type ExportSource, type MetricColumn } from '@stitchd/events';
import { unitUid } from '../computation/item-source.ts';
import { plannedMetrics } from '../computation/plan-parameters.ts';
import { askingLimits, type Asking } from '../computation/asking.ts';
import { takesPart } from '../computation/unit-period.ts';
import { unitsQuery } from '../computation/units-query.ts';

const heads: readonly ExportColumn[] = [
  { name: 'unit', type: 'text' },
  { name: 'firstExposureAt', type: 'time' },
  { name: 'variant', type: 'text' },
  { name: 'variantsSeen', type: 'integer' },
];

interface ExportedMetric {
  readonly column: ExportColumn;
  readonly select: string;
}

/**
 * A row for each unit that the experiment's results count, by the same statement: the arm of its first exposure, and what it has
 * of every metric, before caps.
 */
export function experimentUnits(asking: Asking, hasLinks: boolean): ExportSource {
  const { plan, bounds, store } = asking;
  const { ctes, columns, parameters } = unitsQuery(plan, bounds, { hasLinks });
  const exported = plannedMetrics(plan).flatMap(({ key }, index) =>
    (columns.metrics[index]?.after ?? []).map((column) => exportedMetric(key, column)),
  );
  const ask = <Row>(sql: string, more: Readonly<Record<string, number>>, signal: AbortSignal) =>
    store.query<Row>({
      environmentId: plan.environmentId,
      sql: `WITH ${ctes.join(',\n')}\n${sql}`,
      params: { ...parameters, ...more },
      limits: askingLimits,
      signal,
    });
  const counts = takesPart(plan);
  const names = `SELECT ${unitUid(plan, 'item')} AS unit_uid, any(item.units[{unitKind:String}]) AS unit FROM exposure AS item
    WHERE environment_id = {environmentId:UUID} AND iteration_id = {iterationId:UUID} GROUP BY unit_uid`;
  const selected = [
    'name.unit AS c0',
    'intDiv(measured.first, 256) AS c1',
    '{arms:Array(String)}[bitAnd(measured.first, 255) + 1] AS c2',
    'bitCount(measured.seen) AS c3',
    ...exported.map(({ select }, index) => `${select} AS c${heads.length + index}`),
  ];
  return {
    columns: [...heads, ...exported.map(({ column }) => column)],
    async *parts(signal) {
      const [counted] = await ask<{ units: number }>(`SELECT count() AS units FROM measured WHERE ${counts}`, {}, signal);
      const parts = Math.ceil((counted?.units ?? 0) / transferLimits.sliceUnits);
      for (let part = 0; part < parts; part++) {
        signal.throwIfAborted();
        const rows = await ask<Readonly<Record<string, string | number | null>>>(
          `SELECT ${selected.join(', ')} FROM measured LEFT JOIN (${names}) AS name ON name.unit_uid = measured.unit_uid
WHERE ${counts} AND measured.unit_uid % {parts:UInt32} = {part:UInt32} ORDER BY measured.first, measured.unit_uid`,
          { part, parts },
          signal,
        );
        yield rows.map((row) => selected.map((_, index) => row[`c${index}`] ?? null));
      }
    },
  };
}

function exportedMetric(key: string, { name, role }: MetricColumn): ExportedMetric {
  if (role === 'values') return { column: { name: key, type: 'json' }, select: `toJSONString(measured.${name})` };
  const part = role === 'numerator' || role === 'denominator' ? `.${role}` : '';
  return { column: { name: `${key}${part}`, type: 'number' }, select: `toFloat64(measured.${name})` };
}
