import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { uuidv7 } from '@stitchd/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import pg from 'pg';
import type { Product } from './product.ts';
import { shopEnvironment, shopProject, type Shop } from './shop.ts';
import { databaseUrlOf } from './stored-rows.ts';

const environmentPath = { project: shopProject, environment: shopEnvironment };
const dayMs = 86_400_000;
/** As many as one batch may hold. */
const batchItems = 1_000;

export const arms = ['old', 'new'] as const;
type Arm = (typeof arms)[number];

/** An experiment whose arms were assigned elsewhere: whatever went wrong there can be made to happen. */
export interface RecordedExperiment {
  readonly key: string;
  readonly iterationId: string;
  /** Of its two metrics: whether a unit bought, and for how much. */
  readonly event: string;
}

/** Makes flag, event, metrics and experiment, all of their own, and starts it as of twelve days ago. */
export async function startRecorded(shop: Shop, key: string, windowHours: number): Promise<RecordedExperiment> {
  const event = `${key}-bought`;
  await shop.createEvent(event, 'double');
  for (const [name, definition] of [
    [`${key}-buyers`, { type: 'conversion', event, windowHours }],
    [`${key}-revenue`, { type: 'sum', event, windowHours }],
  ] as const)
    await answered(
      shop.rest.POST('/v1/projects/{project}/metrics', {
        params: { path: { project: shopProject } },
        body: { key: name, name, definition },
      }),
    );
  const rules = arms.map((arm) => ({
    id: arm,
    when: { attribute: 'arm', op: 'equals' as const, values: [arm] },
    serve: { variant: arm },
  }));
  await shop.createFlag(
    { key, type: 'string', variants: arms.map((arm) => ({ key: arm, value: arm })) },
    { offVariant: 'old', prerequisites: [], targets: [], rules, defaultServe: { variant: 'old' } },
  );
  const created = await answered(
    shop.rest.POST('/v1/projects/{project}/environments/{environment}/experiments', {
      params: { path: environmentPath },
      body: {
        key,
        flagKey: key,
        assignment: 'recorded',
        baselineVariant: 'old',
        arms: arms.map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
        metrics: [
          { key: `${key}-buyers`, role: 'primary' },
          { key: `${key}-revenue`, role: 'guardrail', margin: 0.05 },
        ],
        plan: { minimumEffect: 0.1, plannedUnits: 4_000 },
        periodFrom: new Date(Date.now() - 12 * dayMs).toISOString(),
      },
    }),
  );
  const { iterationId } = await answered(
    shop.rest.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/start', {
      params: { path: { ...environmentPath, experiment: key }, header: { 'If-Match': `"${created.version}"` } },
    }),
  );
  return { key, iterationId, event };
}

const head = (at: number) => ({ id: uuidv7(at, randomBytes(10)), at });

/** As if it had been started so many days before. */
export async function letDaysPass(product: Product, experiment: string, days: number): Promise<void> {
  const client = new pg.Client({ connectionString: await databaseUrlOf(product) });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      'update experiment.experiment set started_at = started_at - make_interval(days => $2) where key = $1',
      [experiment, days],
    );
    if (rowCount !== 1) throw new Error(`${experiment} was not found`);
  } finally {
    await client.end();
  }
}

export function exposureOf(experiment: RecordedExperiment, unit: string, variant: Arm, at: number): object {
  const { key, iterationId } = experiment;
  return { type: 'exposure', ...head(at), flag: key, variant, rule: variant, iterationId, context: { user: unit } };
}

export function eventOf({ event }: RecordedExperiment, context: Readonly<Record<string, string>>, value: number, at: number) {
  return { type: 'event', ...head(at), key: event, value, context };
}

/** Sends items as a program of this name would, a full batch at a time. */
export async function sendItems(product: Product, sdkKey: string, items: readonly object[], sdk = 'backend'): Promise<void> {
  for (let from = 0; from < items.length; from += batchItems) {
    const body = { sentAt: Date.now(), items: items.slice(from, from + batchItems), sdk: { name: sdk, version: '1' } };
    const response = await fetch(`${product.url}/v1/sdk/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': sdkKey },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { readonly accepted?: number };
    if (answer.accepted !== body.items.length) throw new Error(`${response.status}: ${JSON.stringify(answer)}`);
  }
}

/** Asks for a computation, follows its job, and answers the results. */
export async function resultsOf(shop: Shop, experiment: string): Promise<Schemas['ExperimentResults']> {
  const path = { ...environmentPath, experiment };
  const route = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results';
  let job = await answered(shop.rest.POST(`${route}/recompute`, { params: { path } }));
  while (job.state === 'waiting' || job.state === 'running') {
    await wait(50);
    job = await answered(
      shop.rest.GET('/v1/projects/{project}/environments/{environment}/jobs/{job}', {
        params: { path: { ...path, job: job.id } },
      }),
    );
  }
  if (job.state !== 'succeeded') throw new Error(`${experiment}, ${job.state}: ${job.errorCode} ${job.errorMessage}`);
  const { results } = await answered(shop.rest.GET(route, { params: { path } }));
  if (results === undefined) throw new Error(`${experiment} has no results`);
  return results;
}
