import { randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Results, type Job } from '@stitchd/proto/stats/v1/stats';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestEventStore, type TestEventStore } from '../../../test/support/test-event-store.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { insertRaw, type RawEvent, type RawExposure } from './computation/raw-items.test-support.ts';
import { statsService, type ComputedMetric, type ExperimentResults } from './index.ts';
import { addExperiment, createNeighbours, neighbourDefinitions, openMetric } from './neighbours.test-support.ts';
import { resultsOf } from './stats-service.test-support.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const file = path.resolve(repository, process.env['STITCHD_TEST_SHARED'] ?? '../shared', 'data/cookie-cats/cookie_cats.csv');
const fromMs = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;

function ended(job: Job): Job | undefined {
  return job.finishedAt === undefined ? undefined : job;
}

/** One exposure per player, and events as a game would send them. */
function readPlayers(environmentId: string, iterationId: string) {
  const exposures: RawExposure[] = [];
  const events: RawEvent[] = [];
  const lines = readFileSync(file, 'utf8').trim().split(/\r?\n/).slice(1);
  for (const [index, line] of lines.entries()) {
    const [player = '', variant = '', rounds = '', day1 = '', day7 = ''] = line.split(',');
    const at = fromMs + index;
    const item = (later: number) => ({
      item_id: randomUUID(),
      environment_id: environmentId,
      at: at + later,
      skew_ms: 0,
      accepted_at: at + later + 1_000,
      stored_at: at + later + 2_000,
      units: { user: player },
    });
    exposures.push({ ...item(0), flag: 'first-gate', variant, iteration_id: iterationId });
    if (day1 === 'TRUE') events.push({ ...item(dayMs), event: 'returned-day-1', value: 0 });
    if (day7 === 'TRUE') events.push({ ...item(7 * dayMs), event: 'returned-day-7', value: 0 });
    if (rounds !== '0') events.push({ ...item(13 * dayMs), event: 'rounds', value: Number(rounds) });
  }
  return { exposures, events };
}

describe.skipIf(!existsSync(file))('Cookie Cats', () => {
  let database: TestDatabase;
  let eventStore: TestEventStore;
  let services: TestServices;
  let results: ExperimentResults;

  beforeAll(async () => {
    [database, eventStore] = await Promise.all([createTestDatabase(), createTestEventStore()]);
    const neighbours = createNeighbours();
    services = await startTestServices([...neighbourDefinitions(neighbours), statsService], {
      STITCHD_DATABASE_URL: database.url,
      STITCHD_CLICKHOUSE_URL: eventStore.url,
    });
    const principal = principalWith();
    const { experiment } = addExperiment(neighbours, principal, {
      fromMs,
      toMs: fromMs + 30 * dayMs,
      variants: ['gate_30', 'gate_40'],
      metrics: [
        { key: 'retention_1', definition: openMetric('conversion', 'returned-day-1') },
        { key: 'retention_7', definition: openMetric('conversion', 'returned-day-7') },
        { key: 'sum_gamerounds', definition: openMetric('sum', 'rounds') },
      ],
    });
    const { exposures, events } = readPlayers(experiment.environmentId, experiment.iterationId);
    await insertRaw(eventStore.store, 'exposure', exposures, randomUUID());
    await insertRaw(eventStore.store, 'event', events, randomUUID());
    const ask = services.as(principal, Results);
    const { id } = await ask.recompute({ experimentId: experiment.id });
    const job = await vi.waitUntil(async () => ended(await ask.getJob({ id })), { timeout: 60_000, interval: 50 });
    if (job.state !== 'succeeded') throw new Error(`${job.errorCode}: ${job.errorMessage}`);
    results = resultsOf(await ask.getResults({ experimentId: experiment.id }));
  });
  afterAll(async () => {
    await services.stop();
    await eventStore.drop();
    await database.drop();
  });

  /** Digits as the data's README prints them. */
  const fixed = (value: number | null | undefined, digits: number) => (value ?? Number.NaN).toFixed(digits);
  const significant = (value: number | null | undefined, digits: number) => (value ?? Number.NaN).toPrecision(digits);

  test('The players of each arm and the sample-ratio test are those of the published data', () => {
    expect(results.arms.map(({ variant, units, expectedShare }) => [variant, units, expectedShare])).toEqual([
      ['gate_30', 44_700, 0.5],
      ['gate_40', 45_489, 0.5],
    ]);
    const [ratio] = results.health;
    const shown = (label: string) => Number(ratio?.figures.find((figure) => figure.label === label)?.value);
    expect(ratio).toMatchObject({ check: 'sample-ratio', status: 'ok' });
    expect(significant(shown('Chi-square p-value, of one look'), 6)).toBe('0.00860799');
    expect(fixed(shown('Chi-square'), 8)).toBe('6.90240495');
    expect(results.arms.map(({ mixedUnits }) => mixedUnits)).toEqual([0, 0]);
  });

  test.for([
    {
      key: 'retention_1',
      means: ['0.4481879195', '0.4422827497'],
      difference: '-0.0059051698',
      standardError: '0.0033099290',
      t: '-1.7840775',
      df: '90155.11',
      p: '0.074414437',
      interval: ['-0.0123925985', '0.0005822589'],
      lift: '-1.31757',
    },
    {
      key: 'retention_7',
      means: ['0.1902013423', '0.1820000440'],
      difference: '-0.0082012983',
      standardError: '0.0025920428',
      t: '-3.1640289',
      df: '90079.83',
      p: '0.0015565302',
      interval: ['-0.0132816770', '-0.0031209196'],
      lift: '-4.31190',
    },
    {
      key: 'sum_gamerounds',
      means: ['52.4562639821', '51.2987755281'],
      difference: '-1.1574884540',
      standardError: '1.3072504173',
      t: '-0.8854374',
      df: '58595.48',
      p: '0.37592438',
      interval: ['-3.7197051165', '1.4047282086'],
      lift: '-2.20658',
    },
  ])('Every printed digit of $key agrees', (expected) => {
    const metric = results.metrics.find(({ key }) => key === expected.key) as ComputedMetric;
    const effect = metric.comparisons[0]?.effect;
    expect({
      key: metric.key,
      means: metric.arms.map(({ mean }) => fixed(mean, 10)),
      difference: fixed(effect?.difference, 10),
      standardError: fixed(effect?.standardError, 10),
      t: fixed((effect?.difference ?? Number.NaN) / (effect?.standardError ?? Number.NaN), 7),
      df: fixed(effect?.degreesOfFreedom, 2),
      p: significant(effect?.pValue, expected.p.replace(/^0\.0*/, '').length),
      interval: [fixed(effect?.interval?.low, 10), fixed(effect?.interval?.high, 10)],
      lift: fixed((effect?.lift ?? Number.NaN) * 100, 5),
    }).toEqual(expected);
    expect(metric.comparisons[0]).toMatchObject({ variant: 'gate_40', effect: { method: 'student' } });
  });

  test('The variances of the rounds agree, with the player of 49,854 rounds in them', () => {
    const rounds = results.metrics.find(({ key }) => key === 'sum_gamerounds') as ComputedMetric;
    const variances = rounds.arms.map(({ standardDeviation }) => ((standardDeviation ?? Number.NaN) ** 2).toFixed(6));
    expect(variances).toEqual(['65903.321897', '10669.736422']);
    expect(rounds.arms.map(({ sum }) => sum)).toEqual([2_344_795, 2_333_530]);
    expect(rounds.comparisons[0]?.warnings.map(({ kind }) => kind)).toContain('heavy-tail');
  });
});
