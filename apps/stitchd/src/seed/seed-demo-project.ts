import { answered, createRestClient, type RestClient, type Schemas } from '@stitchd/rest-client';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataDirectory } from '../data-directory.ts';
import { demoContent, demoProjectKey } from './demo-content.ts';
import { ensure } from './ensure.ts';
import { simulateVisitors, type Simulation } from './simulate-visitors.ts';

/** What a newcomer needs of the demo project. */
export interface DemoProject {
  readonly projectKey: string;
  readonly environmentKey: string;
  readonly flagKey: string;
  readonly serverKey: string;
  readonly clientKey: string;
}

export interface SeedTarget {
  readonly url: string;
  readonly syncUrl: string;
  readonly token: string;
  readonly directory: DataDirectory;
}

const environment = 'development';
const daysBack = 14;
const visitors = { past: 5_600, now: 400 } as const;
const dayMs = 86_400_000;

/**
 * Makes the demo project with flags, segments, and two running experiments with data, through the public interfaces. Done once:
 * later starts answer the same keys.
 */
export async function seedDemoProject(target: SeedTarget, say: (line: string) => void): Promise<DemoProject> {
  const known = target.directory.demoKeys.read();
  if (known !== undefined) return JSON.parse(known) as DemoProject;
  say('  making the demo project …');
  const rest = createRestClient({ url: target.url, token: () => target.token });
  await createContent(rest);
  const demo: DemoProject = {
    projectKey: demoProjectKey,
    environmentKey: environment,
    flagKey: 'new-checkout',
    serverKey: (await createKey(rest, { name: 'demo server', kind: 'server' })).secret,
    clientKey: (await createKey(rest, { name: 'demo client', kind: 'client' })).secret,
  };
  const fromMs = Date.now() - daysBack * dayMs;
  const { decidedExperiment, youngExperiment } = demoContent;
  await startExperiment(rest, { ...decidedExperiment, periodFrom: new Date(fromMs).toISOString() });
  await startExperiment(rest, youngExperiment);
  const accepted = await sendVisitors(rest, { ...target, visitors, fromMs, say });
  await waitUntilStored(rest, { accepted, fromMs });
  for (const { key } of [decidedExperiment, youngExperiment]) await recompute(rest, key);
  target.directory.demoKeys.write(JSON.stringify(demo));
  return demo;
}

const inProject = { path: { project: demoProjectKey } } as const;
const inEnvironment = { path: { project: demoProjectKey, environment } } as const;

async function createContent(rest: RestClient): Promise<void> {
  await ensure(answered(rest.POST('/v1/projects', { body: demoContent.project })));
  for (const body of demoContent.events)
    await ensure(answered(rest.POST('/v1/projects/{project}/events', { params: inProject, body })));
  for (const body of demoContent.metrics)
    await ensure(answered(rest.POST('/v1/projects/{project}/metrics', { params: inProject, body })));
  for (const body of demoContent.segments)
    await ensure(
      answered(rest.POST('/v1/projects/{project}/environments/{environment}/segments', { params: inEnvironment, body })),
    );
  await carryAttributes(rest);
  for (const { flag, configuration } of demoContent.flags) {
    await ensure(answered(rest.POST('/v1/projects/{project}/flags', { params: inProject, body: flag })));
    await configure(rest, flag.key, configuration);
  }
}

/** Exposures carry what results are broken down by. */
async function carryAttributes(rest: RestClient): Promise<void> {
  const route = '/v1/projects/{project}/environments/{environment}/event-settings';
  const { version } = await answered(rest.GET(route, { params: inEnvironment }));
  const params = { ...inEnvironment, header: { 'If-Match': `"${version}"` } };
  await answered(rest.PATCH(route, { params, body: { exposureAttributes: [...demoContent.exposureAttributes] } }));
}

/** A flag that was configured before, by an earlier start that did not end, stays as it is. */
async function configure(
  rest: RestClient,
  flag: string,
  configuration: (typeof demoContent.flags)[number]['configuration'],
): Promise<void> {
  const path = { ...inEnvironment.path, flag };
  const route = '/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration';
  const current = await answered(rest.GET(route, { params: { path } }));
  if (current.enabled) return;
  await answered(rest.PUT(route, { params: { path, header: { 'If-Match': `"${current.version}"` } }, body: configuration }));
}

function createKey(rest: RestClient, body: Schemas['NewSdkKey']) {
  return answered(rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys', { params: inEnvironment, body }));
}

/** By a key of its own, which is then revoked: that of a newcomer's program need not reach so far back. */
async function sendVisitors(rest: RestClient, simulation: Omit<Simulation, 'sdkKey'>): Promise<number> {
  const body = { name: 'demo visitors', kind: 'server', backfillDays: daysBack + 1 } as const;
  const { key, secret } = await createKey(rest, body);
  const accepted = await simulateVisitors({ ...simulation, sdkKey: secret });
  const params = { path: { ...inEnvironment.path, id: key.id } };
  await answered(rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', { params }));
  return accepted;
}

async function startExperiment(rest: RestClient, body: Schemas['NewExperiment']): Promise<void> {
  const experiments = '/v1/projects/{project}/environments/{environment}/experiments';
  await ensure(answered(rest.POST(experiments, { params: inEnvironment, body })));
  const path = { ...inEnvironment.path, experiment: body.key };
  const { state, version } = await answered(rest.GET(`${experiments}/{experiment}`, { params: { path } }));
  if (state !== 'draft') return;
  const params = { path, header: { 'If-Match': `"${version}"` } };
  await answered(rest.POST(`${experiments}/{experiment}/start`, { params }));
}

const pollMs = 100;
/** Storing takes well under a second; where a store is slow the first scheduled computation sees the rest. */
const storedTimeoutMs = 20_000;

async function waitUntilStored(
  rest: RestClient,
  { accepted, fromMs }: { readonly accepted: number; readonly fromMs: number },
): Promise<void> {
  const query = {
    from: new Date(fromMs).toISOString(),
    to: new Date(Date.now() + storedTimeoutMs).toISOString(),
  };
  for (const deadline = Date.now() + storedTimeoutMs; Date.now() < deadline; await wait(pollMs)) {
    const { events, exposures } = await answered(
      rest.GET('/v1/projects/{project}/environments/{environment}/item-counts', { params: { ...inEnvironment, query } }),
    );
    if ([...events, ...exposures].reduce((sum, { items }) => sum + items, 0) >= accepted) return;
  }
}

async function recompute(rest: RestClient, experiment: string): Promise<void> {
  await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/recompute', {
      params: { path: { ...inEnvironment.path, experiment } },
    }),
  );
}
