import { randomUUID } from 'node:crypto';
import { metricTypes, parseMetricDefinition, type MetricDefinition } from '@stitchd/core';
import { distinctEvents } from '@stitchd/db/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { referenceValue, type ReferenceEvent, type ReferenceUnit } from './metric-reference.test-support.ts';
import { capQuantile, metricSql, type MetricSql, type MetricSqlOptions } from './metric-sql.ts';
import { randomEvents, randomMetric, seeded } from './random-metrics.test-support.ts';

let eventStore: TestEventStore;
beforeAll(async () => {
  eventStore = await createTestEventStore();
});
afterAll(() => eventStore.drop());

const dayMs = 86_400_000;
const startMs = Date.UTC(2026, 2, 1);
const periodEndMs = startMs + 10 * dayMs;

const storeTime = (epochMs: number): string => new Date(epochMs).toISOString().replace('T', ' ').replace('Z', '');

async function insertEvents(environmentId: string, events: readonly ReferenceEvent[]): Promise<void> {
  const rows = events.map(({ itemId, unit, event, value, properties, atMs }, index) => ({
    item_id: itemId,
    environment_id: environmentId,
    // A clock that was wrong is corrected before anything is compared.
    at: storeTime(atMs + (index % 10 === 0 ? dayMs : 0)),
    skew_ms: index % 10 === 0 ? -dayMs : 0,
    accepted_at: storeTime(atMs + index),
    stored_at: storeTime(periodEndMs),
    units: { user: unit },
    event,
    value,
    properties,
  }));
  await eventStore.store.insertRows('event', rows, { token: randomUUID() });
}

/** The columns of metrics for each unit, in the order of units. */
async function columnsOf(environmentId: string, units: readonly ReferenceUnit[], metrics: readonly MetricSql[]) {
  const columns = metrics.flatMap((metric) => metric.columns);
  const expressions = columns.map(({ name, expression }) => `${expression} AS ${name}`);
  const source = distinctEvents({
    columns: ['event', 'value', 'properties', 'happened_at'],
    expressions: { unit: "units['user']" },
    where: ['event IN {events:Array(String)}'],
  });
  const rows = await eventStore.store.query<Record<string, number | readonly number[]>>({
    environmentId,
    sql: `
      SELECT ${expressions.join(',\n')}
      FROM (SELECT tupleElement(known, 1) AS unit, tupleElement(known, 2) AS first_ms, tupleElement(known, 3) AS place
            FROM (SELECT arrayJoin(arrayZip({units:Array(String)}, {firsts:Array(Int64)}, range(length({units:Array(String)})))) AS known)) AS exposed
      LEFT JOIN (SELECT unit, event, value, properties, toUnixTimestamp64Milli(happened_at) AS at_ms FROM ${source} AS e) AS happened
        ON happened.unit = exposed.unit
      GROUP BY exposed.unit, place ORDER BY place`,
    params: {
      ...Object.assign({}, ...metrics.map(({ parameters }) => parameters)),
      periodEndMs,
      events: [...new Set(metrics.flatMap(({ eventKeys }) => eventKeys))],
      units: units.map(({ unit }) => unit),
      firsts: units.map(({ firstMs }) => firstMs),
    },
  });
  return rows;
}

const sqlOf = (definition: MetricDefinition, index = 0, more: Partial<MetricSqlOptions> = {}): MetricSql =>
  metricSql(definition, { name: `m${index}`, periodEnd: '{periodEndMs:Int64}', ...more });

/** One metric's column over units. */
async function valuesOf(environmentId: string, units: readonly ReferenceUnit[], definition: MetricDefinition, more = {}) {
  const metric = sqlOf(definition, 0, more);
  const rows = await columnsOf(environmentId, units, [metric]);
  return rows.map((row) => row[metric.columns[0]?.name ?? '']);
}

function complete(definition: unknown): MetricDefinition {
  const parsed = parseMetricDefinition(definition);
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.errors));
  return parsed.value;
}

test('Metrics of every type, made at random, have for every unit what loops over the raw rows give', async () => {
  const random = seeded(20_261_128);
  const environmentId = randomUUID();
  const units = Array.from({ length: 150 }, (_, index): ReferenceUnit => {
    const firstMs = startMs + random.below(9 * 24) * 3_600_000 + random.pick([0, 0, 1, 500]);
    return { unit: `u-${index}`, firstMs };
  });
  const raw = units.flatMap((unit) => randomEvents(random, unit, randomUUID));
  await insertEvents(environmentId, raw);
  const definitions = Array.from({ length: 156 }, (_, index) => randomMetric(random, metricTypes[index % metricTypes.length]));
  for (const definition of definitions) expect(complete(definition)).toEqual(definition);

  const seen = new Map<string, Set<string>>();
  for (let begin = 0; begin < definitions.length; begin += 20) {
    const part = definitions.slice(begin, begin + 20);
    const metrics = part.map((definition, index) => sqlOf(definition, index));
    const rows = await columnsOf(environmentId, units, metrics);
    expect(rows).toHaveLength(units.length);
    for (const [index, definition] of part.entries()) {
      const measured = rows.map((row) => {
        const columns = metrics[index]?.columns ?? [];
        const [first] = columns.map(({ name }) => row[name]);
        if (definition.type === 'ratio') return columns.map(({ name }) => row[name]);
        return Array.isArray(first) ? [...first].toSorted((a: number, b: number) => a - b) : first;
      });
      const expected = units.map((unit) => referenceValue(definition, unit, raw, periodEndMs));
      expect(measured, JSON.stringify(definition)).toEqual(expected);
      const known = seen.get(definition.type) ?? new Set();
      for (const value of expected) known.add(JSON.stringify(value));
      seen.set(definition.type, known);
    }
  }
  // Every type told units apart, so that agreement means something.
  for (const type of metricTypes) expect(seen.get(type)?.size, type).toBeGreaterThan(1);
  expect(seen.get('funnel')?.size).toBeGreaterThan(3);
});

/** Events of one unit, each at so many milliseconds after its first exposure. */
async function inserted(events: readonly (readonly [event: string, afterMs: number, value?: number, properties?: object])[]) {
  const environmentId = randomUUID();
  const unit: ReferenceUnit = { unit: 'u', firstMs: startMs };
  const raw = events.map(([event, afterMs, value = 0, properties]): ReferenceEvent => {
    const json = properties === undefined ? '' : JSON.stringify(properties);
    return { itemId: randomUUID(), unit: 'u', event, value, properties: json, atMs: startMs + afterMs };
  });
  await insertEvents(environmentId, raw);
  return { of: (definition: object) => valuesOf(environmentId, [unit, { ...unit, unit: 'nobody' }], complete(definition)) };
}

test('An event counts from the first millisecond of its window to the last before its end', async () => {
  const hour = 3_600_000;
  const { of } = await inserted([
    ['view', hour - 1, 1],
    ['view', hour, 2],
    ['view', 3 * hour - 1, 4],
    ['view', 3 * hour, 8],
    ['view', dayMs, 16],
    ['view', 2 * dayMs - 1, 32],
    ['view', 2 * dayMs, 64],
  ]);
  expect(await of({ type: 'sum', event: 'view', windowHours: 2, delayHours: 1 })).toEqual([6, 0]);
  expect(await of({ type: 'retention', event: 'view', fromDays: 2, toDays: 3 })).toEqual([1, 0]);
  expect(await of({ type: 'retention', event: 'view', fromDays: 3, toDays: 4 })).toEqual([0, 0]);
  expect(await of({ type: 'active-days', event: 'view' })).toEqual([3, 0]);
  expect(await of({ type: 'active-days', event: 'view', windowHours: 24, delayHours: 24 })).toEqual([1, 0]);
  expect(await of({ type: 'sum', event: 'view', windowHours: 0, delayHours: 25 })).toEqual([96, 0]);
});

test('A funnel ends just before its time is over, takes ties in the order of its steps, and no event for two of them', async () => {
  const { of } = await inserted([
    ['visit', 5],
    ['purchase', 5],
    ['visit', 10_000],
    ['view', 10_000 + 3_599_999],
    ['purchase', 10_000 + 3_600_000],
  ]);
  const funnel = (...steps: string[]) => of({ type: 'funnel', steps: steps.map((event) => ({ event })), withinHours: 1 });
  expect(await funnel('visit', 'purchase')).toEqual([2, 0]);
  expect(await funnel('purchase', 'visit')).toEqual([2, 0]);
  expect(await funnel('visit', 'view', 'purchase')).toEqual([2, 0]);
  expect(await funnel('visit', 'visit', 'visit')).toEqual([2, 0]);
  expect(await funnel('view', 'view')).toEqual([1, 0]);
  expect(await funnel('view', 'purchase')).toEqual([2, 0]);
});

test('Of several numbers at the same moment the last is the largest; −0 and 0 are one value', async () => {
  const { of } = await inserted([
    ['view', 5, 9],
    ['view', 7, 3],
    ['view', 7, 4],
    ['zero', 7, '-0' as unknown as number],
    ['zero', 8, 0],
  ]);
  expect(await of({ type: 'last', event: 'view' })).toEqual([4, 0]);
  expect(await of({ type: 'distinct-values', event: 'zero' })).toEqual([1, 0]);
});

test('A time before the first exposure can be asked for, as a covariate needs it', async () => {
  const environmentId = randomUUID();
  const raw = [-dayMs - 1, -dayMs, -1, 0].map((after, index): ReferenceEvent => {
    return { itemId: randomUUID(), unit: 'u', event: 'view', value: 2 ** index, properties: '', atMs: startMs + after };
  });
  await insertEvents(environmentId, raw);
  const definition = complete({ type: 'sum', event: 'view' });
  const window = { fromMs: -dayMs, toMs: 0 };
  expect(await valuesOf(environmentId, [{ unit: 'u', firstMs: startMs }], definition, { window })).toEqual([6]);
});

test('A cap by quantile applies when it was found, over the values that are not zero, and what it takes can be told', async () => {
  const environmentId = randomUUID();
  const units = Array.from({ length: 50 }, (_, index) => ({ unit: `u${index}`, firstMs: startMs }));
  // 1 to 40, and ten without events.
  const raw = units.slice(10).map(({ unit }, index): ReferenceEvent => {
    return { itemId: randomUUID(), unit, event: 'view', value: index + 1, properties: '', atMs: startMs };
  });
  await insertEvents(environmentId, raw);
  const definition = complete({ type: 'sum', event: 'view', cap: { kind: 'quantile', level: 0.9 } });
  const free = sqlOf(definition);
  expect(free.columns[0]).toMatchObject({ name: 'm0', cap: { kind: 'quantile', level: 0.9 } });
  expect(free.columns[0]).not.toHaveProperty('uncapped');
  const values = (await columnsOf(environmentId, units, [free])).map(({ m0 }) => m0 as number);
  const [found] = await eventStore.store.query<{ cap: number }>({
    environmentId,
    sql: `SELECT ${capQuantile('m0', 0.9)} AS cap FROM (SELECT arrayJoin({values:Array(Float64)}) AS m0, {environmentId:UUID})`,
    params: { values },
  });
  // Definition 7 of 1…40: 1 + 0.9 · 39.
  expect(found?.cap).toBeCloseTo(36.1, 12);
  const capped = sqlOf(definition, 0, { caps: { m0: 36.1 } });
  const sum = async (metric: MetricSql) =>
    (await columnsOf(environmentId, units, [metric])).reduce((total, { m0 }) => total + (m0 as number), 0);
  expect([await sum(free), await sum(capped)]).toEqual([820, expect.closeTo(666 + 4 * 36.1, 9)]);
  expect(capped.columns[0]?.uncapped?.expression).toBe(free.columns[0]?.expression);
});

test('Nothing that people wrote is part of a statement', () => {
  const text = "x') OR 1=1 --";
  const sql = sqlOf({
    type: 'ratio',
    numerator: { type: 'sum', event: text, property: text, filter: { property: text, operator: 'contains', value: text } },
    denominator: { type: 'count', event: text, filter: { property: text, operator: 'in', values: [text, 5] } },
    direction: 'increase',
    windowHours: 1,
    delayHours: 1,
  });
  expect(sql.columns.map(({ expression }) => expression).join()).not.toContain('OR 1=1');
  expect(Object.values(sql.parameters)).toContain(text);
  expect(sql.readsProperties).toBe(true);
  expect(() => sqlOf(complete({ type: 'count', event: 'a' }), 0, { name: 'a b' })).toThrow(RangeError);
});
