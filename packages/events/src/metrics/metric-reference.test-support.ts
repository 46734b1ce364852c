import { type Measure, type MetricDefinition, metricWindow, type EventSelection, type PropertyFilter } from '@stitchd/core';

/** An event as the raw table holds it; several may be copies of one item. */
export interface ReferenceEvent {
  readonly itemId: string;
  readonly unit: string;
  readonly event: string;
  readonly value: number;
  /** JSON, or ''. */
  readonly properties: string;
  readonly atMs: number;
}

export interface ReferenceUnit {
  readonly unit: string;
  readonly firstMs: number;
}

/** What a unit has of a metric: a number, the parts of a ratio, or the numbers of its events in ascending order. */
export type ReferenceValue = number | readonly number[];

type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

function propertyOf(properties: string, path: string): Json | undefined {
  if (properties === '') return undefined;
  let at: Json | undefined = JSON.parse(properties) as Json;
  for (const name of path.split('.')) {
    if (typeof at !== 'object' || at === null || Array.isArray(at) || !Object.hasOwn(at, name)) return undefined;
    at = (at as { readonly [name: string]: Json })[name];
  }
  return at;
}

/** Whether properties pass a filter, by walking over both. */
export function passes(filter: PropertyFilter, properties: string): boolean {
  if ('all' in filter) return filter.all.every((part) => passes(part, properties));
  if ('any' in filter) return filter.any.some((part) => passes(part, properties));
  if ('not' in filter) return !passes(filter.not, properties);
  const found = propertyOf(properties, filter.property);
  switch (filter.operator) {
    case 'exists':
      return found !== undefined && found !== null;
    case '=':
      return found === filter.value;
    case '!=':
      return typeof found === typeof filter.value && found !== filter.value;
    case 'in':
      return filter.values.some((value) => value === found);
    case 'contains':
      if (typeof found === 'string') return typeof filter.value === 'string' && found.includes(filter.value);
      return Array.isArray(found) && found.includes(filter.value);
    default: {
      if (typeof found !== 'number') return false;
      const order = Math.sign(found - filter.value);
      return { '<': [-1], '<=': [-1, 0], '>': [1], '>=': [1, 0] }[filter.operator].includes(order);
    }
  }
}

const selects = ({ event, filter }: EventSelection, happened: ReferenceEvent): boolean =>
  happened.event === event && (filter === undefined || passes(filter, happened.properties));

function valueOf({ property }: { readonly property?: string }, happened: ReferenceEvent): Json | undefined {
  return property === undefined ? happened.value : propertyOf(happened.properties, property);
}

/** A measure of a unit from the events in its window. */
function measured(measure: Measure, events: readonly ReferenceEvent[], startMs: number): number {
  const counted = events.filter((event) => selects(measure, event));
  if (measure.type === 'conversion') return counted.length > 0 ? 1 : 0;
  if (measure.type === 'count') return capped(measure, counted.length);
  if (measure.type === 'active-days') return new Set(counted.map(({ atMs }) => Math.floor((atMs - startMs) / 86_400_000))).size;
  if (measure.type === 'distinct-values') {
    const values = counted.map((event) => valueOf(measure, event)).filter((value) => value !== undefined && value !== null);
    return capped(measure, new Set(values.filter((value) => typeof value !== 'object')).size);
  }
  const numbers = counted.flatMap((event) => {
    const number = valueOf(measure, event);
    return typeof number === 'number' ? [{ at: event.atMs, number }] : [];
  });
  if (numbers.length === 0) return 0;
  const sum = numbers.reduce((total, { number }) => total + number, 0);
  const latest = Math.max(...numbers.map(({ at }) => at));
  const result = {
    sum,
    mean: sum / numbers.length,
    minimum: Math.min(...numbers.map(({ number }) => number)),
    maximum: Math.max(...numbers.map(({ number }) => number)),
    last: Math.max(...numbers.filter(({ at }) => at === latest).map(({ number }) => number)),
  }[measure.type];
  return capped(measure, result);
}

function capped({ cap }: Extract<Measure, { readonly cap?: unknown }>, value: number): number {
  return cap?.kind === 'value' ? Math.min(value, cap.value) : value;
}

/** The longest way through the steps, from every event that could be the first. */
function funnelLevel(steps: readonly EventSelection[], withinMs: number, events: readonly ReferenceEvent[]): number {
  const rows = events
    .map((event) => ({ at: event.atMs, fits: steps.map((step) => selects(step, event)) }))
    .map((row) => ({ ...row, rank: row.fits.reduce((sum, fits, index) => sum + (fits ? 2 ** index : 0), 0) }))
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => a.at - b.at || a.rank - b.rank);
  let longest = 0;
  for (const [start, first] of rows.entries()) {
    if (first.fits[0] !== true) continue;
    let level = 1;
    for (const row of rows.slice(start + 1)) {
      if (row.at - first.at >= withinMs) break;
      if (row.fits[level] === true) level++;
    }
    longest = Math.max(longest, level);
  }
  return longest;
}

/** What a metric is to give for one unit, found with loops and maps from the raw rows. */
export function referenceValue(
  definition: MetricDefinition,
  { unit, firstMs }: ReferenceUnit,
  raw: readonly ReferenceEvent[],
  periodEndMs: number,
): ReferenceValue {
  const { fromMs, toMs } = metricWindow(definition);
  const endMs = toMs === undefined ? periodEndMs : firstMs + toMs;
  const once = new Map(raw.filter((event) => event.unit === unit).map((event) => [event.itemId, event]));
  const events = [...once.values()].filter(({ atMs }) => atMs >= firstMs + fromMs && atMs < endMs);
  const startMs = firstMs + fromMs;
  switch (definition.type) {
    case 'ratio':
      return [measured(definition.numerator, events, startMs), measured(definition.denominator, events, startMs)];
    case 'quantile':
      if (definition.per === 'unit') return measured(definition.measure, events, startMs);
      return events
        .filter((event) => selects(definition, event))
        .map((event) => valueOf(definition, event))
        .filter((value) => typeof value === 'number')
        .toSorted((a, b) => a - b);
    case 'funnel':
      return funnelLevel(definition.steps, definition.withinHours * 3_600_000, events);
    case 'retention':
      return events.some((event) => selects(definition, event)) ? 1 : 0;
    default:
      return measured(definition, events, startMs);
  }
}
