import { randomUUID } from 'node:crypto';
import { metricTypes, parseMetricDefinition, type MetricDefinition } from '@stitchd/core';
import { distinctEvents } from '@stitchd/db/clickhouse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestEventStore, type TestEventStore } from '../../../../test/support/test-event-store.ts';
import { referenceValue, type ReferenceEvent, type ReferenceUnit } from './metric-reference.test-support.ts';
import { metricSql, type MetricSql, type MetricSqlOptions } from './metric-sql.ts';
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
  const definitions = Array.from({ length: 260 }, (_, index) => randomMetric(random, metricTypes[index % metricTypes.length]));
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
