import type { MetricPlan } from '../computation/metric-plan.ts';
import type { MetricColumns } from '../computation/unit-columns.ts';
import { isMatured, unitNumbers, type Caps } from '../computation/unit-numbers.ts';
import { askUnits, type Past } from '../history/read-past.ts';
import { statsLimits } from '../limits.ts';
import type { ReplayValues } from './replay-metric.ts';

export interface PastValues {
  /** Seen in the past, and of them how many are here. */
  readonly units: number;
  readonly taken: number;
  /** By unit: 1 where something of any metric happened before it was first seen. */
  readonly history: Float64Array;
  /** By metric of the history. */
  readonly metrics: readonly ReplayValues[];
}

/** How much of the past is looked at, at least as finely as a replay cuts it. */
const sampleOf = 1_000_000;

type Row = Readonly<Record<string, readonly (number | null)[]>>;

/** What every unit of the past, or of a sample of them, has of every metric, in the order of the units' hashes. */
export async function readReplayValues(past: Past): Promise<PastValues> {
  const units = past.days.reduce((sum, day) => sum + day.units, 0);
  const metrics = past.history.metrics.map((metric, index) => columnsOf(metric, past.units.columns.metrics[index], past.caps));
  const selected = [
    ['history', 'groupArray(toFloat64(history))'] as const,
    ...metrics.flatMap((columns, index) => columns.map((sql, place) => [`c${index}_${place}`, sql] as const)),
  ].map(([name, sql]) => [`${name}_of_units`, sql] as const);
  const parts: Row[] = [];
  if (units > 0)
    for (const sample of await samplesOf(past, { units, columns: selected.length })) {
      const row = await askUnits<Row>(past, selected, { from: sampled, parameters: sample });
      if (row !== undefined) parts.push(row);
    }
  const read = (name: string): Float64Array => joined(parts, `${name}_of_units`);
  const history = read('history');
  return {
    units,
    taken: history.length,
    history,
    metrics: past.history.metrics.map((metric, index) =>
      valuesOf(
        metric,
        past.units.columns.metrics[index],
        (metrics[index] ?? []).map((_, place) => read(`c${index}_${place}`)),
      ),
    ),
  };
}

/** By their hash, so that every metric and another attempt have the same. */
const sampled = `(
  SELECT * FROM measured WHERE intHash64(unit_uid) % ${sampleOf} BETWEEN {sampleFrom:UInt32} AND {sampleTo:UInt32} ORDER BY unit_uid
) AS measured`;

/** So many units as numbers may be held of, in parts that are quick to take in. */
async function samplesOf(past: Past, of: { readonly units: number; readonly columns: number }) {
  const events = await eventsPerUnit(past);
  const perUnit = of.columns + events;
  const { replayUnits, replayNumbers, replayNumbersPerRead } = statsLimits;
  const taken = Math.min(of.units, replayUnits, replayNumbers / perUnit);
  const end = Math.floor(sampleOf * (taken / of.units));
  const reads = Math.max(1, Math.ceil((taken * perUnit) / replayNumbersPerRead));
  return Array.from({ length: reads }, (_, read) => ({
    sampleFrom: Math.floor((end * read) / reads),
    sampleTo: Math.floor((end * (read + 1)) / reads) - 1,
  }));
}

/** Of metrics that are quantiles over events, whose every event is a number of its own. */
async function eventsPerUnit(past: Past): Promise<number> {
  const lists = past.units.columns.metrics.flatMap(({ after }) => after.filter(({ role }) => role === 'values'));
  if (lists.length === 0) return 0;
  const sum = lists.map(({ name }) => `length(${name})`).join(' + ');
  const row = await askUnits<{ readonly events: number }>(past, [['events', `avg(${sum})`]]);
  return row?.events ?? 0;
}

/** A unit whose window had not closed has no number: NaN, which the event store tells as null. */
function columnsOf(metric: MetricPlan, columns: MetricColumns | undefined, caps: Caps): readonly string[] {
  if (columns === undefined) throw new Error(`the metric ${metric.key} has no columns`);
  const matured = isMatured(metric, true);
  const [first] = columns.after;
  if (first?.role === 'values')
    return [`groupArray(if(${matured}, toFloat64(length(${first.name})), nan))`, `groupArrayArrayIf(${first.name}, ${matured})`];
  return unitNumbers(metric, columns, caps).expressions.map((number) => `groupArray(if(${matured}, ${number}, nan))`);
}

function joined(parts: readonly Row[], name: string): Float64Array {
  const numbers = new Float64Array(parts.reduce((sum, part) => sum + (part[name]?.length ?? 0), 0));
  let at = 0;
  for (const part of parts) for (const value of part[name] ?? []) numbers[at++] = value ?? Number.NaN;
  return numbers;
}

function valuesOf({ definition }: MetricPlan, columns: MetricColumns | undefined, read: readonly Float64Array[]): ReplayValues {
  const [first = new Float64Array(0), second = new Float64Array(0)] = read;
  const role = columns?.after[0]?.role;
  if (definition.type === 'quantile')
    return role === 'values'
      ? { kind: 'event-quantile', sizes: first, numbers: second, level: definition.level }
      : { kind: 'quantile', numbers: first, level: definition.level };
  const kind = definition.type === 'ratio' ? 'ratio' : role === 'share' || role === 'level' ? 'share' : 'mean';
  return { kind, columns: read };
}
