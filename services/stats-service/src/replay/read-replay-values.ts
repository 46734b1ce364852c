import type { MetricPlan } from '../computation/metric-plan.ts';
import {
  historyQuery,
  numberOf,
  sampleOf,
  stepsOf,
  trafficSql,
  type History,
  type HistoryColumns,
} from '../history/history-query.ts';
import type { EventStore } from '@stitchd/db/clickhouse';
import { statsLimits } from '../limits.ts';
import type { ReplayValues } from './replay-metric.ts';

export interface PastValues {
  /** Seen in the past, and of them how many are here. */
  readonly units: number;
  readonly taken: number;
  /** By metric of the history; undefined: of a kind that can't be replayed. */
  readonly metrics: readonly (ReplayValues | undefined)[];
}

type Row = Readonly<Record<string, readonly (number | null)[]>>;

/** What every unit of the past, or of a sample of them, has of every metric. */
export async function readReplayValues(
  asking: { readonly store: EventStore; readonly environmentId: string; readonly signal: AbortSignal },
  history: History,
): Promise<PastValues> {
  const { store, environmentId, signal } = asking;
  const whole = historyQuery(history);
  const asked = { environmentId, limits: statsLimits.query, signal };
  const days = await store.query<{ units: number }>({ ...asked, sql: trafficSql(whole), params: whole.parameters });
  const units = days.reduce((sum, day) => sum + day.units, 0);
  const columns = history.metrics.map((metric, index) => columnsOf(metric, whole.columns[index]));
  const selected = columns.flat();
  if (units === 0 || selected.length === 0) return { units, taken: 0, metrics: columns.map(() => undefined) };
  const end = Math.floor(sampleOf * Math.min(1, statsLimits.replayUnits / units));
  const reads = Math.max(
    1,
    Math.ceil((Math.min(units, statsLimits.replayUnits) * selected.length) / statsLimits.replayNumbersPerRead),
  );
  const parts: Row[] = [];
  for (let read = 0; read < reads; read++) {
    const sample = { from: Math.floor((end * read) / reads), to: Math.floor((end * (read + 1)) / reads) - 1 };
    const { ctes, parameters } = historyQuery({ ...history, sample });
    const sql = `WITH ${ctes.join(',\n')}
SELECT ${selected.map((expression, index) => `groupArray(${expression}) AS c${index}`).join(',\n  ')}
FROM (SELECT * FROM measured WHERE {environmentId:UUID} = {environmentId:UUID} ORDER BY unit_uid)`;
    const [row] = await store.query<Row>({ ...asked, sql, params: parameters });
    if (row !== undefined) parts.push(row);
  }
  const taken = parts.reduce((sum, part) => sum + (part['c0']?.length ?? 0), 0);
  let next = 0;
  return {
    units,
    taken,
    metrics: history.metrics.map((metric, index) => {
      const read = (columns[index] ?? []).map(() => joined(parts, `c${next++}`, taken));
      return valuesOf(metric, whole.columns[index], read);
    }),
  };
}

/** NaN where the window had not closed. None of a quantile over events, which would need every event. */
function columnsOf(metric: MetricPlan, columns: HistoryColumns | undefined): readonly string[] {
  if (columns === undefined || columns.own.some(({ role }) => role === 'values')) return [];
  return columns.own.map((column) => `if(${columns.isMatured}, toFloat64(${numberOf(column, stepsOf(metric))}), nan)`);
}

function joined(parts: readonly Row[], name: string, length: number): Float64Array {
  const numbers = new Float64Array(length);
  let at = 0;
  for (const part of parts) for (const value of part[name] ?? []) numbers[at++] = value ?? Number.NaN;
  return numbers;
}

function valuesOf(
  { definition }: MetricPlan,
  columns: HistoryColumns | undefined,
  [numbers, denominators]: readonly Float64Array[],
): ReplayValues | undefined {
  if (numbers === undefined) return undefined;
  if (denominators !== undefined) return { kind: 'ratio', numbers, denominators };
  if (definition.type === 'quantile') return { kind: 'quantile', numbers, level: definition.level };
  const role = columns?.own[0]?.role;
  return { kind: role === 'share' || role === 'level' ? 'share' : 'mean', numbers };
}
