import { answered, createRestClient, type RestClient } from '@stitchd/rest-client';
import { setTimeout as wait } from 'node:timers/promises';
import type { DataDirectory } from '../data-directory.ts';
import { demoContent, demoExperimentKey, demoProjectKey } from './demo-content.ts';
import { ensure } from './ensure.ts';
import { simulateVisitors } from './simulate-visitors.ts';

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
const visitors = 2_000;

/**
 * Makes the demo project with flags, segments, and a running experiment with data, through the public interfaces. Done once:
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
    serverKey: await createKey(rest, 'server'),
    clientKey: await createKey(rest, 'client'),
  };
  await startExperiment(rest);
  const accepted = await simulateVisitors({ ...target, sdkKey: demo.serverKey, visitors, say });
  await waitUntilStored(rest, accepted);
  await recompute(rest);
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
  for (const { flag, configuration } of demoContent.flags) {
    await ensure(answered(rest.POST('/v1/projects/{project}/flags', { params: inProject, body: flag })));
    await configure(rest, flag.key, configuration);
  }
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

async function createKey(rest: RestClient, kind: 'server' | 'client'): Promise<string> {
  const body = { name: `demo ${kind}`, kind };
  const created = await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/sdk-keys', { params: inEnvironment, body }),
  );
  return created.secret;
}

const experimentPath = { ...inEnvironment.path, experiment: demoExperimentKey };

async function startExperiment(rest: RestClient): Promise<void> {
  await ensure(
    answered(
      rest.POST('/v1/projects/{project}/environments/{environment}/experiments', {
        params: inEnvironment,
        body: demoContent.experiment,
      }),
    ),
  );
  const route = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}';
  const { state, version } = await answered(rest.GET(route, { params: { path: experimentPath } }));
  if (state !== 'draft') return;
  await answered(rest.POST(`${route}/start`, { params: { path: experimentPath, header: { 'If-Match': `"${version}"` } } }));
}

const pollMs = 100;
/** Storing takes well under a second; where a store is slow the first scheduled computation sees the rest. */
const storedTimeoutMs = 20_000;

async function waitUntilStored(rest: RestClient, accepted: number): Promise<void> {
  const query = {
    from: new Date(Date.now() - storedTimeoutMs * 6).toISOString(),
    to: new Date(Date.now() + storedTimeoutMs).toISOString(),
  };
  for (const deadline = Date.now() + storedTimeoutMs; Date.now() < deadline; await wait(pollMs)) {
    const { events, exposures } = await answered(
      rest.GET('/v1/projects/{project}/environments/{environment}/item-counts', { params: { ...inEnvironment, query } }),
    );
    if ([...events, ...exposures].reduce((sum, { items }) => sum + items, 0) >= accepted) return;
  }
}

async function recompute(rest: RestClient): Promise<void> {
  await answered(
    rest.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/recompute', {
      params: { path: experimentPath },
    }),
  );
}
