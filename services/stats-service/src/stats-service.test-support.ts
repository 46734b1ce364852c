import { createDatabase, type Database } from '@stitchd/db/postgres';
import { Results, type Job, type ResultsResponse } from '@stitchd/proto/stats/v1/stats';
import { problemOf, type Principal } from '@stitchd/service-kit';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { createTestEventStore, type TestEventStore } from '../../../test/support/test-event-store.ts';
import { startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { statsService } from './index.ts';
import type { ExperimentResults } from './results/experiment-results.ts';
import { createNeighbours, neighbourDefinitions, type Neighbours } from './neighbours.test-support.ts';

/** Stores for one file of tests, and stats-services on them with neighbours of each test's own. */
export interface StatsFixture {
  readonly database: Database;
  readonly eventStore: TestEventStore;
  readonly neighbours: Neighbours;
  readonly startReplica: (environment?: Record<string, string>) => Promise<TestServices>;
}

/** To be called once, at the top of a file; what it answers is filled before the first test. */
export function useStatsService(): StatsFixture {
  let databases: TestDatabase;
  let running: TestServices[] = [];
  const fixture = {} as { -readonly [Name in keyof StatsFixture]: StatsFixture[Name] };
  beforeAll(async () => {
    [databases, fixture.eventStore] = await Promise.all([createTestDatabase(), createTestEventStore()]);
    fixture.database = createDatabase({ url: databases.url, applicationName: 'test' });
  });
  afterAll(async () => {
    await fixture.eventStore.drop();
    await fixture.database.close();
    await databases.drop();
  });
  beforeEach(() => {
    fixture.neighbours = createNeighbours();
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((services) => services.stop()));
  });
  fixture.startReplica = async (environment = {}) => {
    const services = await startTestServices([...neighbourDefinitions(fixture.neighbours), statsService], {
      STITCHD_DATABASE_URL: databases.url,
      STITCHD_CLICKHOUSE_URL: fixture.eventStore.url,
      STITCHD_STATS_POLL_INTERVAL: '20ms',
      STITCHD_STATS_RETRY_DELAY: '10ms',
      STITCHD_STATS_INTERVAL: '1d',
      ...environment,
    });
    running.push(services);
    return services;
  };
  return fixture;
}

/** The last good results, of which nothing is said where there are none. */
export function resultsOf({ results }: Pick<ResultsResponse, 'results'>): ExperimentResults {
  return JSON.parse(Buffer.from(results).toString('utf8')) as ExperimentResults;
}

export async function refusalOf(asked: Promise<unknown>): Promise<string> {
  return problemOf(await asked.then(() => new Error('it was not refused')).catch((error: unknown) => error)).code;
}

/** The job once it has ended. */
export async function endOf(services: TestServices, principal: Principal, id: string): Promise<Job> {
  let job: Job | undefined;
  const state = async () => {
    job = await services.as(principal, Results).getJob({ id });
    return job.state;
  };
  await expect.poll(state, { timeout: 60_000, interval: 20 }).toMatch(/succeeded|failed|cancelled/);
  if (job === undefined) throw new Error('no job was answered');
  return job;
}
