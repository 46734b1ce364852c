import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { uuidv7 } from '@stitchd/core';
import { answered } from '@stitchd/rest-client';
import pg from 'pg';
import type { Product } from '../support/product.ts';
import { eventOf, exposureOf, resultsOf, type RecordedExperiment } from '../support/recorded-experiments.ts';
import { shopEnvironment, shopProject, type Shop } from '../support/shop.ts';
import { databaseUrlOf } from '../support/stored-rows.ts';

const inEnvironment = { project: shopProject, environment: shopEnvironment };
/** Within the few minutes that what is computed for people leaves out at its end. */
const agoMs = 20 * 60_000;

/** Items of one person that come into every table that names units; the device's key is one that the environment hashes. */
export function traces(experiment: RecordedExperiment, user: string, device: string): readonly object[] {
  const at = Date.now() - agoMs;
  const head = (type: string) => ({ type, id: uuidv7(at, randomBytes(10)), at, context: { user, device } });
  return [
    exposureOf(experiment, user, 'new', at),
    { ...exposureOf(experiment, user, 'new', at + 1), context: { user, device } },
    eventOf(experiment, { user, device }, 3, at + 2),
    eventOf(experiment, { device }, 4, at + 3),
    head('identify'),
    { ...head('event'), key: 'never-defined' },
  ];
}

/** As if an hour had passed for every erasure that is under way: for spools, and to be sure of what is derived. */
export async function letAnHourPass(product: Product): Promise<void> {
  const client = new pg.Client({ connectionString: await databaseUrlOf(product) });
  await client.connect();
  try {
    await client.query(
      "update event.erasure set requested_at = requested_at - interval '1 hour', clean_since = clean_since - interval '1 hour'",
    );
    await client.query("update event.job set due_at = now() where state = 'waiting' and kind = 'erase-unit'");
  } finally {
    await client.end();
  }
}

/** @returns the id of the job that does it */
export async function askToErase(shop: Shop, kind: string, key: string): Promise<string> {
  const { job } = await answered(
    shop.rest.DELETE('/v1/projects/{project}/environments/{environment}/units/{kind}/{key}', {
      params: { path: { ...inEnvironment, kind, key } },
    }),
  );
  if (job === undefined) throw new Error('nobody erases it');
  return job.id;
}

/** Units that results count, once they are computed anew. */
export async function countedUnits(shop: Shop, experiment: string): Promise<number> {
  const { exposures } = await resultsOf(shop, experiment);
  return exposures.days.reduce((sum, { units }) => sum + units, 0);
}

export async function eventJob(shop: Shop, job: string) {
  return answered(
    shop.rest.GET('/v1/projects/{project}/environments/{environment}/event-jobs/{job}', {
      params: { path: { ...inEnvironment, job } },
    }),
  );
}

export async function hashDevices(shop: Shop): Promise<void> {
  await answered(
    shop.rest.PATCH('/v1/projects/{project}/environments/{environment}/event-settings', {
      params: { path: inEnvironment, header: { 'If-Match': '"1"' } },
      body: { hashedKinds: ['device'] },
    }),
  );
}

/** What lies in the segment files of event-service's spool, as text. */
export async function spooledText(product: Product): Promise<string> {
  const spool = path.join(product.dataDirectory, 'spool');
  const files = await readdir(spool, { recursive: true, withFileTypes: true });
  const texts = files
    .filter((file) => file.isFile() && file.name.endsWith('.segment'))
    // One that is shipped is deleted meanwhile.
    .map((file) => readFile(path.join(file.parentPath, file.name), 'latin1').catch(() => ''));
  return (await Promise.all(texts)).join('');
}
