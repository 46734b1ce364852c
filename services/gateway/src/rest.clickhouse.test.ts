import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { authService } from '@stitchd/auth-service';
import { uuidv7 } from '@stitchd/core';
import { eventService } from '@stitchd/event-service';
import { experimentationService } from '@stitchd/experimentation-service';
import { flagService } from '@stitchd/flag-service';
import { Setup } from '@stitchd/proto/auth/v1/auth';
import { segmentationService } from '@stitchd/segmentation-service';
import { readBundle, recomputeBundle, statsService, type ExperimentResults } from '@stitchd/stats-service';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { createTestEventStore } from '../../../test/support/test-event-store.ts';
import { startGateway, until } from './backend.test-support.ts';
import {
  createOtherOrganisation,
  leastRoleOf,
  misnamedOperations,
  operationsOfPeople,
  rolesRefused,
  validRequest,
} from './operation-access.test-support.ts';
import type { Endpoint } from './rest/endpoint.ts';
import { endpoints } from './rest/endpoints.ts';

type Gateway = Awaited<ReturnType<typeof startGateway>>;
type Json = Readonly<Record<string, unknown>>;

const email = 'ada@example.org';
const password = 'correct horse battery staple';
const services = [authService, flagService, segmentationService, eventService, experimentationService, statsService];
const endings: (() => Promise<unknown>)[] = [];
const asked = new Set<string>();
let gateway: Gateway;
let token: string;
let databaseUrl: string;

beforeAll(async () => {
  const database = await createTestDatabase();
  endings.push(database.drop);
  databaseUrl = database.url;
  const events = await createTestEventStore();
  endings.push(events.drop);
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-gateway-'));
  endings.push(() => rm(directory, { recursive: true, force: true }));
  gateway = await startGateway(services, {
    STITCHD_DATABASE_URL: database.url,
    STITCHD_CLICKHOUSE_URL: events.url,
    STITCHD_DATA_DIR: directory,
    STITCHD_SECRET_KEY: randomBytes(32).toString('base64'),
  });
  endings.push(gateway.stop);
  const setup = (await gateway.reachAs('command', [Setup]))(Setup);
  await setup.ensureAdministrator({ email, password, organisationName: 'Acme' });
});
afterAll(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

/** Asks an operation by its id and expects its documented status; the gateway compares the answer with its schema. */
async function ask(
  operationId: string,
  params: Readonly<Record<string, string>>,
  options: {
    readonly body?: unknown;
    readonly key?: string;
    readonly headers?: Record<string, string>;
    readonly query?: string;
  } = {},
): Promise<{ readonly json: Json; readonly headers: Headers }> {
  const endpoint = endpoints.find((each) => each.operationId === operationId);
  if (endpoint === undefined) throw new Error(`there is no operation ${operationId}`);
  const url = endpoint.url.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? name);
  const answer = await gateway.ask(endpoint.method, url + (options.query ?? ''), { key: token, ...options });
  expect(`${operationId} ${answer.status} ${answer.status < 400 ? '' : answer.text}`).toBe(`${operationId} ${endpoint.status} `);
  asked.add(operationId);
  return { json: (answer.json ?? {}) as Json, headers: answer.headers };
}

/** Opens an operation that answers by a stream of events, and leaves once it has begun. */
async function follow(
  operationId: string,
  { key, body, query = '' }: { readonly key?: string; readonly body?: unknown; readonly query?: string },
): Promise<void> {
  const endpoint = endpoints.find((each) => each.operationId === operationId);
  const leaving = new AbortController();
  const answer = await fetch(`${gateway.url}${endpoint?.url}${query}`, {
    method: endpoint?.method ?? 'GET',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'x-stitchd-sdk-key': key }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: leaving.signal,
  });
  const facts = `${operationId} ${answer.status} ${answer.headers.get('content-type')}`;
  leaving.abort();
  expect(facts).toMatch(/^\w+ 200 text\/event-stream/);
  asked.add(operationId);
}

const inProject = { project: 'shop' };
const live = { project: 'shop', environment: 'production' };
const versioned = (version: unknown) => ({ 'if-match': `"${String(version)}"` });

test('A person signs in, refreshes the session by cookie, and signs out', async () => {
  const signedIn = await ask('signIn', {}, { body: { email, password } });
  expect(signedIn.json).toMatchObject({ role: 'owner', organisation: { name: 'Acme' }, user: { email } });
  expect(signedIn.json).not.toHaveProperty('refreshToken');
  const cookie = signedIn.headers.get('set-cookie') ?? '';
  expect(cookie).toMatch(/^stitchd_refresh=[^;]+; Path=\/v1\/auth; Expires=[^;]+; HttpOnly; SameSite=Strict$/);
  const sent = { cookie: cookie.split(';')[0] ?? '' };
  const refreshed = await ask('refreshSession', {}, { body: {}, headers: sent });
  token = String(refreshed.json['accessToken']);
  expect((await ask('getIdentity', {})).json).toMatchObject({ kind: 'user', name: email, role: 'owner' });
  const next = { cookie: (refreshed.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  await ask('signOut', {}, { headers: next });
  // The access token ends with its session, as soon as that is heard of.
  await until(async () => (await gateway.ask('GET', '/v1/me', { key: token })).status === 401);
  token = String((await ask('signIn', {}, { body: { email, password } })).json['accessToken']);
  expect((await gateway.ask('POST', '/v1/auth/sign-in', { body: { email, password: 'wrong wrong wrong' } })).json).toMatchObject({
    status: 401,
  });
});

test('Organisation, members and API tokens', async () => {
  const { json, headers } = await ask('getOrganisation', {});
  expect(headers.get('etag')).toBe(`"${String(json['version'])}"`);
  await ask('updateOrganisation', {}, { body: { name: 'Acme Ltd' }, headers: versioned(json['version']) });
  await ask('listOrganisations', {});
  const added = await ask('addMember', {}, { body: { email: 'grace@example.org', name: 'Grace', role: 'editor' } });
  const { member, signInLink } = added.json as { member: Json; signInLink: Json };
  await ask('exchangeSignInLink', {}, { body: { token: signInLink['token'] }, key: '' });
  await ask('listMembers', {});
  const userId = String(member['userId']);
  await ask('updateMember', { member: userId }, { body: { role: 'viewer' }, headers: versioned(member['version']) });
  await ask('removeMember', { member: userId });
  const created = await ask('createApiToken', {}, { body: { name: 'CI', role: 'viewer', expiresInDays: 1 } });
  const { secret, token: apiToken } = created.json as { secret: string; token: Json };
  expect((await gateway.ask('GET', '/v1/projects', { key: secret })).status).toBe(200);
  expect((await gateway.ask('POST', '/v1/projects', { key: secret, body: { key: 'x', name: 'X' } })).json).toMatchObject({
    code: 'PERMISSION_DENIED',
  });
  await ask('listApiTokens', {});
  await ask('revokeApiToken', { id: String(apiToken['id']) });
  await until(async () => (await gateway.ask('GET', '/v1/projects', { key: secret })).status === 401);
});

test('Projects, environments and SDK keys', async () => {
  const body = { key: 'shop', name: 'Shop' };
  const headers = { 'idempotency-key': 'shop-1' };
  const first = await ask('createProject', {}, { body, headers });
  expect(first.headers.get('location')).toBe('/v1/projects/shop');
  const second = await ask('createProject', {}, { body, headers });
  expect(second.json['id']).toBe(first.json['id']);
  expect((await gateway.ask('POST', '/v1/projects', { key: token, body })).json).toMatchObject({ code: 'ALREADY_EXISTS' });
  await ask('listProjects', {}, { query: '?limit=1' });
  const { json } = await ask('getProject', inProject);
  await ask('updateProject', inProject, { body: { description: 'The web shop.' }, headers: versioned(json['version']) });
  const stale = await gateway.ask('PATCH', '/v1/projects/shop', {
    key: token,
    body: { name: 'S' },
    headers: versioned(json['version']),
  });
  expect(stale.json).toMatchObject({ status: 412, code: 'VERSION_MISMATCH', current: { key: 'shop' } });
  await ask('createEnvironment', inProject, { body: { key: 'staging', name: 'Staging' } });
  await ask('listEnvironments', inProject);
  const environment = await ask('getEnvironment', { project: 'shop', environment: 'staging' });
  await ask(
    'updateEnvironment',
    { project: 'shop', environment: 'staging' },
    { body: { name: 'Stage' }, headers: versioned(environment.json['version']) },
  );
  expect((await ask('rotateSigningSecret', live)).json['revision']).toBeTypeOf('number');
  const key = await ask('createSdkKey', live, {
    body: { name: 'web', kind: 'client', allowedOrigins: ['https://shop.example'] },
  });
  await ask('listSdkKeys', live);
  await ask('revokeSdkKey', { ...live, id: String((key.json['key'] as Json)['id']) });
});

test('Receivers of alarms, and what was sent to them', async () => {
  const body = {
    kind: 'webhook',
    name: 'On call',
    address: 'https://hooks.invalid/stitchd',
    topics: ['experiment.alarm.harm'],
  };
  const { receiver, secret } = (await ask('createReceiver', inProject, { body })).json as { receiver: Json; secret: string };
  expect(secret).toMatch(/^whsec_/);
  const one = { ...inProject, id: String(receiver['id']) };
  expect((await ask('listReceivers', inProject)).json).toMatchObject({ items: [{ name: 'On call' }], emailConfigured: false });
  expect((await ask('getReceiver', one)).headers.get('etag')).toBe('"1"');
  await ask('updateReceiver', one, { body: { paused: true, topics: ['experiment.started'] }, headers: versioned(1) });
  expect((await ask('testReceiver', one)).json).toMatchObject({ topic: 'test', status: 0 });
  expect((await ask('listDeliveries', one, { query: '?limit=1' })).json).toMatchObject({ items: [{ topic: 'test' }] });
  await ask('deleteReceiver', one);
  const email = { ...body, kind: 'email', address: 'ada@example.org' };
  const refused = await gateway.ask('POST', '/v1/projects/shop/receivers', { key: token, body: email });
  expect(refused.json).toMatchObject({ status: 409, code: 'INVALID_STATE' });
});

test('Flags and their configurations', async () => {
  const flag = await ask('createFlag', inProject, {
    body: { key: 'checkout', name: 'Checkout', type: 'boolean', clientVisible: true },
  });
  expect(flag.json).toMatchObject({
    key: 'checkout',
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
  });
  await ask('createFlag', inProject, {
    body: { key: 'banner', name: 'Banner', type: 'json', variants: [{ key: 'a', value: { text: ['hi', null, 1.5] } }] },
  });
  const list = await ask('listFlags', inProject, { query: '?state=all&sort=-updated_at&q=check' });
  expect(list.json).toMatchObject({ total: 1, items: [{ key: 'checkout' }] });
  const { json } = await ask('getFlag', { ...inProject, flag: 'checkout' });
  await ask('updateFlag', { ...inProject, flag: 'checkout' }, { body: { tags: ['web'] }, headers: versioned(json['version']) });
  const inLive = { ...live, flag: 'checkout' };
  const before = await ask('getConfiguration', inLive);
  const document = {
    offVariant: 'off',
    rules: [{ when: { attribute: 'plan', op: 'in', values: ['pro'] }, serve: { variant: 'on' } }],
    defaultServe: { split: { contextKind: 'user', weights: { on: 50_000, off: 50_000 } } },
  };
  const after = await ask('updateConfiguration', inLive, { body: { document }, headers: versioned(before.json['version']) });
  // What was answered can be sent again as it is.
  const again = await ask('updateConfiguration', inLive, {
    body: { enabled: true, document: after.json['document'] },
    headers: versioned(after.json['version']),
  });
  expect(again.json).toMatchObject({ enabled: true, document: after.json['document'] });
  await ask('setFlagEnabled', inLive, { body: { enabled: false } });
  const off = await ask('getConfiguration', inLive);
  expect(
    (
      await gateway.ask('POST', '/v1/projects/shop/environments/production/flags/checkout/enabled', {
        key: token,
        body: { enabled: true },
      })
    ).json,
  ).toMatchObject({ status: 428 });
  await ask('setFlagEnabled', inLive, { body: { enabled: true }, headers: versioned(off.json['version']) });
  const banner = { ...inProject, flag: 'banner' };
  const archived = await ask('archiveFlag', banner, { headers: versioned((await ask('getFlag', banner)).json['version']) });
  await ask('restoreFlag', banner, { headers: versioned(archived.json['version']) });
});

test('What refuses a change of a flag somewhere is told with the keys of the environments', async () => {
  const body = { variants: [{ key: 'b', value: 'b' }] };
  const banner = await ask('getFlag', { ...inProject, flag: 'banner' });
  const used = await gateway.ask('PATCH', '/v1/projects/shop/flags/banner', {
    key: token,
    body,
    headers: versioned(banner.json['version']),
  });
  expect(used.json).toMatchObject({ status: 409, code: 'IN_USE' });
  const { detail, errors } = used.json as { detail: string; errors: readonly { readonly message: string }[] };
  for (const environment of ['production', 'staging']) {
    const told = `variant a is served in environment ${environment}`;
    expect(errors.map(({ message }) => message)).toContain(told);
    expect(detail).toContain(told);
  }
  expect(used.text).not.toMatch(/environment [0-9a-f]{8}-/);
});

test('Segments by rule and by list', async () => {
  const beta = { ...live, segment: 'beta' };
  const list = await ask('createSegment', live, {
    body: { key: 'beta', name: 'Beta', type: 'list', contextKind: 'user', included: ['u-1'] },
  });
  expect(list.json).toMatchObject({ key: 'beta', includedCount: 1 });
  const rule = await ask('createSegment', live, {
    body: {
      key: 'pro',
      name: 'Pro',
      type: 'rule',
      when: { any: [{ attribute: 'plan', op: 'equals', values: ['pro'] }, { inSegment: 'beta' }] },
    },
  });
  await ask(
    'updateSegment',
    { ...live, segment: 'pro' },
    { body: { when: { not: { inSegment: 'beta' } } }, headers: versioned(rule.json['version']) },
  );
  await ask('listSegments', live, { query: '?type=list' });
  const expiresAt = '2100-01-31T12:00:00+02:00';
  const add = ['u-2', { key: 'u-3', expiresAt }];
  const changed = await ask('changeSegmentKeys', beta, { body: { side: 'included', add, remove: ['u-1'] } });
  expect(changed.json).toMatchObject({ added: 2, updated: 0, removed: 1 });
  expect((await ask('listSegmentKeys', beta, { query: '?side=included' })).json).toMatchObject({
    expiresAt: { 'u-3': '2100-01-31T10:00:00Z' },
    items: ['u-2', 'u-3'],
    next_cursor: null,
  });
  const used = await ask('getSegment', beta);
  expect(used.json['usedBy']).toEqual(['segment:pro']);
  const pro = await ask('getSegment', { ...live, segment: 'pro' });
  expect(
    (
      await gateway.ask('DELETE', '/v1/projects/shop/environments/production/segments/beta', {
        key: token,
        headers: versioned(used.json['version']),
      })
    ).json,
  ).toMatchObject({ code: 'IN_USE' });
  await ask('deleteSegment', { ...live, segment: 'pro' }, { headers: versioned(pro.json['version']) });
});

/** Of a draft: a plan from a past without any unit, a replay, which is cancelled or over by then, and no results yet. */
async function planBeforeTheStart(draft: typeof live & { readonly experiment: string }): Promise<void> {
  const arms = ['off', 'on'].map((variant) => ({ variant, milliPercent: 50_000 }));
  const plan = await ask('planExperiment', live, {
    body: { unitKind: 'user', metricKeys: ['revenue'], flagKey: 'checkout', arms, minimumEffect: 0.05 },
  });
  expect(plan.json).toMatchObject({ verdict: { code: 'no-traffic' }, traffic: { units: 0 }, metrics: [{ key: 'revenue' }] });
  const split = { flagKey: 'checkout', ruleId: '' };
  const bySplit = await ask('planExperiment', live, { body: { metricKeys: ['revenue'], split, days: 14 } });
  expect(bySplit.json).toMatchObject({ unitKind: 'user', traffic: { flagKey: 'checkout', ruleId: '' }, enrolmentShare: 1 });
  const [baseline, ...others] = bySplit.json['arms'] as readonly { variant: string; share: number }[];
  expect([baseline?.variant, others.map(({ variant }) => variant)]).toEqual(['off', ['on']]);
  for (const [body, path] of [
    [{ split: { ...split, ruleId: 'gone' } }, 'split.ruleId'],
    [{ split: { ...split, baselineVariant: 'gone' } }, 'split.baselineVariant'],
    [{ split, arms }, 'split'],
  ] as const) {
    const url = '/v1/projects/shop/environments/production/experiment-plans';
    const refused = await gateway.ask('POST', url, { key: token, body: { metricKeys: ['revenue'], days: 14, ...body } });
    expect(refused.json).toMatchObject({ status: 400, code: 'VALIDATION_FAILED', errors: [{ path }] });
  }
  const replay = await ask('startReplay', draft, { body: { replays: 100 } });
  await followToItsEnd(String(replay.json['id']));
  expect((await ask('getReplay', draft)).json).toMatchObject({
    replay: { replays: 100, units: 0, arms: bySplit.json['arms'] },
    lastJob: { kind: 'aa-replay' },
  });
}

/** Its events lead to its end; once it has ended, that is all they say, and elsewhere it is unknown. */
async function followToItsEnd(id: string): Promise<void> {
  const url = (environment: string): string => `/v1/projects/shop/environments/${environment}/jobs/${id}/events`;
  const eventsOf = (text: string) =>
    [...text.matchAll(/^event: (\w+)\ndata: (.+)$/gm)].map(([, name, data]) => ({ name, job: JSON.parse(data ?? '') as Json }));
  const answer = await gateway.ask('GET', url('production'), { key: token });
  expect(`${answer.status} ${answer.headers.get('content-type')}`).toBe('200 text/event-stream; charset=utf-8');
  asked.add('followJob');
  const events = eventsOf(answer.text);
  expect(events.at(-1)).toMatchObject({ name: 'end', job: { id, state: 'succeeded', progress: 1 } });
  expect(events.slice(0, -1).every(({ name }) => name === 'progress')).toBe(true);
  const { json } = await ask('getJob', { ...live, job: id });
  expect(eventsOf((await gateway.ask('GET', url('production'), { key: token })).text)).toEqual([{ name: 'end', job: json }]);
  expect((await gateway.ask('GET', url('staging'), { key: token })).json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect((await gateway.ask('GET', url('production'), {})).json).toMatchObject({ status: 401 });
}

/** What was computed just now makes the same results again; nobody without the permission gets it. */
async function downloadBundle(button: typeof live & { readonly experiment: string }): Promise<void> {
  const url = '/v1/projects/shop/environments/production/experiments/button/results/bundle';
  const answer = await gateway.ask('GET', url, { key: token });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="shop-production-button-bundle.json"');
  asked.add('downloadResultBundle');
  const read = readBundle(answer.text);
  if (read.kind !== 'bundle') throw new Error(read.reason);
  const { settings, inputs, results } = read.bundle;
  expect(settings.snapshot).toMatchObject({ flagKey: 'checkout', alpha: 0.05 });
  expect(settings.hash).toMatch(/^[0-9a-f]{64}$/);
  expect(inputs.figures.query.sql).toContain('SELECT');
  expect((await ask('getResults', button)).json['results']).toEqual(results);
  expect(recomputeBundle(read.bundle)).toMatchObject({ differences: [], changed: [], otherEngine: null });
  expect((await gateway.ask('GET', `${url}?iteration=7`, { key: token })).json).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  expect((await gateway.ask('GET', url, {})).json).toMatchObject({ status: 401 });
}

test('Events, metrics and experiments with results', async () => {
  const propertiesSchema = { type: 'object', properties: { currency: { type: 'string' } } };
  const defined = { key: 'purchase', name: 'Purchase', valueType: 'double', unit: 'EUR', requiredContexts: ['user'] };
  const made = await ask('createEventDefinition', inProject, { body: { ...defined, propertiesSchema } });
  expect(made.json).toMatchObject({ ...defined, propertiesSchema, owner: '' });
  await ask('listEventDefinitions', inProject);
  const event = await ask('getEventDefinition', { ...inProject, event: 'purchase' });
  await ask(
    'updateEventDefinition',
    { ...inProject, event: 'purchase' },
    { body: { description: 'Paid.', propertiesSchema: null }, headers: versioned(event.json['version']) },
  );
  expect((await ask('getEventDefinition', { ...inProject, event: 'purchase' })).json).not.toHaveProperty('propertiesSchema');
  const definition = { type: 'sum', event: 'purchase', filter: { property: 'plan', operator: 'exists' } };
  await ask('createMetric', inProject, { body: { key: 'revenue', name: 'Revenue', definition } });
  await ask('listMetrics', inProject, { query: '?type=sum&event=purchase&direction=increase' });
  const metric = await ask('getMetric', { ...inProject, metric: 'revenue' });
  await ask(
    'updateMetric',
    { ...inProject, metric: 'revenue' },
    { body: { name: 'Turnover' }, headers: versioned(metric.json['version']) },
  );
  await ask('listMetricVersions', { ...inProject, metric: 'revenue' });
  const preview = await ask('previewMetric', live, { body: { metric: 'revenue', days: 2 } });
  expect(preview.json).toMatchObject({ days: [{ events: 0 }, { complete: false }], eventsWithoutData: ['purchase'] });

  const button = { ...live, experiment: 'button' };
  const draft = await ask('createExperiment', live, {
    body: {
      key: 'button',
      name: 'Button',
      flagKey: 'checkout',
      baselineVariant: 'off',
      metrics: [{ key: 'revenue', role: 'primary' }],
      unitKind: 'user',
      alpha: 0.05,
    },
  });
  expect(draft.json).toMatchObject({ state: 'draft', assignment: 'split' });
  await ask('listExperiments', live, { query: '?state=draft&flag=checkout&metric=revenue' });
  await planBeforeTheStart(button);
  const changed = await ask('updateExperiment', button, {
    body: { hypothesis: 'Larger sells more.' },
    headers: versioned(draft.json['version']),
  });
  expect((await ask('getStartChecklist', button)).json).toMatchObject({ mayStart: true });
  const started = await ask('startExperiment', button, { headers: versioned(changed.json['version']) });
  expect(started.json).toMatchObject({ state: 'running' });
  const queued = await ask('recomputeResults', button);
  const location = queued.headers.get('location') ?? '';
  expect(location).toBe(`/v1/projects/shop/environments/production/jobs/${String(queued.json['id'])}`);
  await until(async () => {
    const { json } = await ask('getJob', { ...live, job: String(queued.json['id']) });
    return json['state'] === 'succeeded' || json['state'] === 'failed';
  });
  // The schedule may have had a job of its own to do since.
  await until(async () => {
    const { json } = await ask('getResults', button);
    return json['stale'] === false && (json['lastJob'] as Json)['state'] === 'succeeded';
  });
  const answered = (await ask('getResults', button)).json;
  expect(answered).toMatchObject({ iteration: 1, currentIteration: 1, final: false });
  const { results: computed } = answered as { readonly results: ExperimentResults };
  const [listed] = (await ask('listExperiments', live, { query: '?headlines=true' })).json['items'] as readonly Json[];
  expect(listed).toMatchObject({
    key: 'button',
    headline: {
      result: { code: computed.decision.code, headline: computed.decision.headline, iteration: 1, broken: [] },
      failure: '',
    },
  });
  expect((await ask('listExperimentJobs', button)).json['items']).toContainEqual(
    expect.objectContaining({ id: queued.json['id'] }),
  );
  expect((await ask('recomputeResults', button, { query: '?iteration=1' })).json).toMatchObject({ iteration: 1 });
  const ended = await gateway.ask('POST', `${location}/cancel`, { key: token });
  expect(ended.json).toMatchObject({ status: 409, code: 'INVALID_STATE' });
  asked.add('cancelJob');
  const shown = await gateway.ask('POST', '/v1/projects/shop/environments/production/experiments/button/results/show-anyway', {
    key: token,
  });
  expect(shown.json).toMatchObject({ status: 409, code: 'INVALID_STATE' });
  asked.add('showResultsAnyway');
  const series = await ask('getResultSeries', button, { query: '?metric=revenue&limit=2' });
  expect(series.json['items']).toBeInstanceOf(Array);
  const table = await gateway.ask('GET', `/v1/projects/shop/environments/production/experiments/button/results/table`, {
    key: token,
  });
  expect(table.text).toContain('experiment,iteration,computed_at');
  asked.add('downloadResults');
  await downloadBundle(button);
  await ask('getResultDimensions', button);
  await ask('getResultHistory', button);
  const running = await ask('getExperiment', button);
  expect(running.json).toMatchObject({ metricVersions: [{ key: 'revenue', version: 1 }] });
  await ask('adoptMetricVersions', button, { headers: versioned(running.json['version']) });
  const units = await gateway.ask('GET', '/v1/projects/shop/environments/production/experiments/button/units?format=csv', {
    key: token,
  });
  expect(units.headers.get('content-disposition')).toBe('attachment; filename="shop-production-button-units.csv"');
  expect(units.text.split('\r\n')[0]).toBe('unit,firstExposureAt,variant,variantsSeen,revenue');
  asked.add('exportExperimentUnits');
  const paused = await ask('pauseExperiment', button, { headers: versioned(running.json['version']) });
  expect(paused.json).toMatchObject({ state: 'paused' });
  const resumed = await ask('resumeExperiment', button, { headers: versioned(paused.json['version']) });
  const arms = [
    { variant: 'off', expectedMilliPercent: 40_000 },
    { variant: 'on', expectedMilliPercent: 60_000 },
  ];
  const weighted = await ask('changeWeights', button, { body: { arms }, headers: versioned(resumed.json['version']) });
  expect(weighted.json['arms']).toEqual(expect.arrayContaining(arms));
  await ask('raiseEnrolment', button, { body: { milliPercent: 100_000 }, headers: versioned(weighted.json['version']) });
  expect((await ask('previewStop', button)).json['items']).toHaveLength(3);
  const iterations = await ask('listIterations', button);
  expect(iterations.json).toMatchObject({
    items: [{ number: 1, state: 'running', periods: [{}, { isPause: true }, {}, { arms: expect.any(Array) }] }],
  });
  const stopped = await ask('stopExperiment', button, {
    body: { serve: { keep: true }, note: 'Enough.' },
    headers: versioned(weighted.json['version']),
  });
  expect(stopped.json).toMatchObject({ state: 'stopped', servedAfter: { kind: 'keep', note: 'Enough.' } });
  const again = await ask('restartExperiment', button, { body: {}, headers: versioned(stopped.json['version']) });
  expect(again.json).toMatchObject({ state: 'running', iterationNumber: 2 });
  const over = await ask('stopExperiment', button, {
    body: { serve: { keep: true } },
    headers: versioned(again.json['version']),
  });
  const archived = await ask('archiveExperiment', button, { headers: versioned(over.json['version']) });
  await ask('unarchiveExperiment', button, { headers: versioned(archived.json['version']) });
});

test('How an environment takes events', async () => {
  const before = await ask('getEventSettings', live);
  expect(before.json).toMatchObject({ strict: false, exclusions: [], retention: {}, version: 1 });
  const body = {
    exposuresOn: 'delivery',
    observeValues: true,
    retention: { event: 400 },
    exclusions: [{ name: 'Bots', filter: { property: 'attributes.bot', operator: 'exists' } }],
  };
  const changed = await ask('updateEventSettings', live, { body, headers: versioned(1) });
  expect(changed.json).toMatchObject({ ...body, version: 2 });
  expect((await ask('rotateKeySecret', live)).json).toMatchObject({ hashedKinds: [], version: 3 });
});

test('Layers and holdouts', async () => {
  const layer = { ...live, layer: 'prices', experiment: 'apart' };
  await ask('createExperiment', live, {
    body: { key: 'apart', flagKey: 'checkout', baselineVariant: 'off', metrics: [{ key: 'revenue', role: 'primary' }] },
  });
  await ask('createLayer', live, { body: { key: 'prices', name: 'Prices' }, headers: { 'idempotency-key': 'prices-1' } });
  await ask('updateLayer', layer, { body: { description: 'What they pay.' }, headers: versioned(1) });
  const allotted = await ask('allotLayerShare', layer, { body: { shareMilliPercent: 25_000 }, headers: versioned(2) });
  expect(allotted.json).toMatchObject({
    freeMilliPercent: 75_000,
    slices: [{ experimentKey: 'apart', ranges: [{ to: 25_000 }] }],
  });
  expect((await ask('listLayers', live)).json).toMatchObject({ total: 1, items: [{ key: 'prices' }] });
  await ask('releaseLayerShare', layer, { headers: versioned(3) });
  await ask('deleteLayer', layer, { headers: versioned((await ask('getLayer', layer)).json['version']) });

  const holdout = { ...live, holdout: 'half-year' };
  const made = await ask('createHoldout', live, {
    body: { key: 'half-year', shareMilliPercent: 5_000, metricKeys: ['revenue'], endsAt: '2099-01-01T00:00:00Z' },
  });
  expect(made.headers.get('location')).toBe('/v1/projects/shop/environments/production/holdouts/half-year');
  const changed = await ask('updateHoldout', holdout, {
    body: { endsAt: null, exceptFlagKeys: ['banner'] },
    headers: versioned(1),
  });
  expect(changed.json).not.toHaveProperty('endsAt');
  expect((await ask('startHoldout', holdout, { headers: versioned(2) })).json).toMatchObject({ state: 'running' });
  expect((await ask('listHoldouts', live, { query: '?state=running' })).json).toMatchObject({ items: [{ key: 'half-year' }] });
  const measuring = await ask('recomputeHoldoutResults', holdout);
  await until(async () => (await ask('getJob', { ...live, job: String(measuring.json['id']) })).json['state'] === 'succeeded');
  const shown = await gateway.ask('POST', '/v1/projects/shop/environments/production/holdouts/half-year/results/show-anyway', {
    key: token,
  });
  expect(shown.json).toMatchObject({ status: 409, code: 'INVALID_STATE' });
  asked.add('showHoldoutResultsAnyway');
  const measured = await ask('getHoldoutResults', holdout);
  expect(measured.json).toMatchObject({ results: { experimentKey: 'half-year', baselineVariant: 'held' } });
  await ask('endHoldout', holdout, { headers: versioned((await ask('getHoldout', holdout)).json['version']) });
  await ask('createHoldout', live, { body: { key: 'never', shareMilliPercent: 100 } });
  await ask('deleteHoldout', { ...live, holdout: 'never' }, { headers: versioned(1) });
});

test('A unit is erased by the address of its environment or by its id, with whatever is in its key', async () => {
  const unit = { kind: 'user', key: encodeURIComponent('a/b c?ü') };
  const asked = await ask('eraseUnit', { ...live, ...unit });
  expect(asked.json).toMatchObject({ contextKind: 'user', job: { kind: 'erase-unit' } });
  const environmentId = String((await ask('getEnvironment', live)).json['id']);
  const byId = await ask('eraseUnitById', { environmentId, ...unit });
  expect(byId.json['keyHash']).toBe(asked.json['keyHash']);
  const elsewhere = await gateway.ask('DELETE', `/v1/environments/${crypto.randomUUID()}/units/user/x`, { key: token });
  expect(elsewhere.json).toMatchObject({ code: 'NOT_FOUND' });
});

test('SDKs evaluate, send and ask with their keys', async () => {
  const created = await ask('createSdkKey', live, { body: { name: 'server', kind: 'server' } });
  const key = String(created.json['secret']);
  const one = await ask(
    'ofrepEvaluateFlag',
    { flag: 'checkout' },
    { key, body: { context: { targetingKey: 'u-1', plan: 'pro' } } },
  );
  expect(one.json).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });
  const bulk = await ask('ofrepEvaluateFlags', {}, { key, body: { context: { targetingKey: 'u-1' } } });
  const [stream] = bulk.json['eventStreams'] as readonly { readonly endpoint: { readonly requestUri: string } }[];
  const changes = new URL(String(stream?.endpoint.requestUri), gateway.url);
  await follow('ofrepFollowChanges', { query: changes.search });
  expect((await ask('getValues', {}, { key, body: { context: { targetingKey: 'u-1' } } })).json).toMatchObject({
    flags: { checkout: { type: 'boolean' } },
  });
  await follow('followValues', { key, body: { context: { targetingKey: 'u-1' } } });
  expect((await ask('getDefinitions', {}, { key })).json).toMatchObject({ format: 'stitchd-definitions/1' });
  await follow('followDefinitions', { key });
  await ask('createOverrideLink', live, { body: { flags: { checkout: 'on' } } });
  const preview = await ask('previewEvaluation', live, {
    body: { flag: 'checkout', context: { targetingKey: 'u-1', plan: 'pro' } },
  });
  expect(preview.json).toMatchObject({ flags: [{ variant: 'on' }] });
  await ask('previewEvaluation', live, { body: { context: { targetingKey: 'u-1' } } });
  const now = Date.now();
  const item = {
    type: 'event',
    id: uuidv7(now, randomBytes(10)),
    at: now,
    key: 'purchase',
    value: 3.5,
    context: { user: 'u-1' },
  };
  const sent = await ask(
    'sendEvents',
    {},
    {
      key,
      body: {
        sentAt: now,
        items: [item, { ...item, id: uuidv7(now, randomBytes(10)), key: 'unheard' }, { ...item, value: 'much' }],
      },
    },
  );
  expect(sent.json).toMatchObject({
    accepted: 2,
    rejected: [{ index: 2, code: 'VALUE_WRONG_TYPE' }],
    quarantined: [{ index: 1, eventKey: 'unheard' }],
  });
  await until(async () => {
    const { json } = await ask('listQuarantine', live);
    return (json['items'] as readonly Json[]).some(({ eventKey, items }) => eventKey === 'unheard' && items === 1);
  });
  expect((await ask('getQuarantined', { ...live, event: 'unheard' })).json).toMatchObject({
    samples: [{ value: 3.5, context: { user: 'u-1' }, problem: '' }],
  });
  await ask('listEventVolumes', live);
  expect((await ask('listEventProperties', { ...live, event: 'purchase' })).json).toMatchObject({ truncated: false });
  const { value: _value, ...exposure } = { ...item, type: 'exposure', key: undefined, flag: 'checkout', variant: 'on' };
  const exposed = await ask('sendExposures', {}, { key, body: { sentAt: now, items: [exposure, item] } });
  expect(exposed.json).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'ITEM_INVALID' }] });
  const period = `?from=${new Date(now - 1_000).toISOString()}&to=${new Date(now + 1_000).toISOString()}`;
  await until(async () => {
    const { json } = await ask('countItems', live, { query: period });
    return (json['events'] as readonly Json[]).some(({ eventKey, items }) => eventKey === 'purchase' && items === 1);
  });
  expect((await ask('getIngestion', live)).json).toMatchObject({ itemsPerSecond: 20_000, lastHour: { limited: 0 } });
  const questions = [
    { segmentKey: 'beta', contextKey: 'u-2' },
    { segmentKey: 'beta', contextKey: 'u-1' },
  ];
  const membership = await ask('checkSegmentMembership', {}, { key, body: { questions } });
  expect(membership.json).toMatchObject({ answers: [{ outcome: 'member' }, { outcome: 'not-member' }] });
});

/** The first `items` that a stream of live items tells. */
async function firstLiveItems(query: string): Promise<readonly Json[]> {
  const url = `${gateway.url}/v1/projects/shop/environments/production/live-items${query}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  expect(`${answer.status} ${answer.headers.get('content-type')}`).toMatch(/^200 text\/event-stream/);
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const [, data] = /event: items\ndata: (.*)\n\n/.exec(text) ?? [];
    if (data === undefined) continue;
    asked.add('followItems');
    // Leaving the loop cancels the body, which ends the request.
    return (JSON.parse(data) as { readonly items: readonly Json[] }).items;
  }
  return [];
}

test('What came in is told while it happens, what was refused also later, and what was evaluated by the hour', async () => {
  expect(await firstLiveItems('?key=purchase&outcome=accepted')).toMatchObject([
    { type: 'event', key: 'purchase', value: 3.5, units: { user: 'u-1' }, sdk: '' },
  ]);
  expect(await firstLiveItems('?code=VALUE_WRONG_TYPE')).toMatchObject([{ outcome: 'rejected', key: 'purchase' }]);
  const refused = await ask('countRejections', live);
  expect(refused.json['items']).toContainEqual(expect.objectContaining({ code: 'VALUE_WRONG_TYPE', key: 'purchase', items: 1 }));
  expect((await ask('getFlagUsage', { ...live, flag: 'checkout' })).json).toMatchObject({ points: [], senders: [] });
  const activity = await ask('listFlagActivity', live, { query: '?flags=checkout,other' });
  expect((activity.json['items'] as readonly Json[]).map(({ flagKey }) => flagKey)).toEqual(['checkout', 'other']);
  expect((await ask('listContextAttributes', live)).json).toEqual({ items: [], truncated: false });
  const strange = '/v1/projects/shop/environments/production/live-items';
  expect((await gateway.ask('GET', `${strange}?outcome=lost`, { key: token })).status).toBe(400);
  expect((await gateway.ask('GET', strange, {})).status).toBe(401);
});

/** Uploads bytes to an import. */
async function uploadTo(
  operationId: string,
  params: Readonly<Record<string, string>>,
  key: string,
  bytes: string,
): Promise<Json> {
  const endpoint = endpoints.find((each) => each.operationId === operationId);
  const url = `${endpoint?.url.replaceAll(/:(\w+)/g, (_, name: string) => params[name] ?? name)}?offset=0`;
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/octet-stream' };
  const answer = await fetch(`${gateway.url}${url}`, { method: 'PUT', headers, body: bytes });
  expect(`${operationId} ${answer.status}`).toBe(`${operationId} 200`);
  asked.add(operationId);
  return (await answer.json()) as Json;
}

test('Files of past items are imported by people and by keys, and what is stored is downloaded', async () => {
  const at = Date.now() - 60 * 86_400_000;
  const file = `at,key,value,user_id\n${at},purchase,1.5,u-1\n`;
  const body = { format: 'csv', sizeBytes: file.length };
  const begun = await ask('createImport', live, { body: { ...body, fileName: 'orders.csv' } });
  const job = { ...live, job: String(begun.json['id']) };
  expect(begun.headers.get('location')).toBe(`/v1/projects/shop/environments/production/event-jobs/${job.job}`);
  expect(await uploadTo('uploadImport', job, token, file)).toMatchObject({ progress: { receivedBytes: file.length } });
  const created = await ask('createSdkKey', live, { body: { name: 'history', kind: 'server', backfillDays: 90 } });
  const key = String(created.json['secret']);
  const byKey = { job: String((await ask('createImportByKey', {}, { key, body })).json['id']) };
  await uploadTo('uploadImportByKey', byKey, key, file);
  for (const [operationId, params, by] of [
    ['getEventJob', job, token],
    ['getImportByKey', byKey, key],
  ] as const)
    await until(async () => {
      const { json } = await ask(operationId, params, { key: by });
      return json['state'] === 'succeeded' && (json['progress'] as Json)['accepted'] === 1;
    });
  expect((await ask('listEventJobs', live, { query: '?kind=import&limit=1' })).json['items']).toHaveLength(1);
  const unfinished = await ask('createImport', live, { body });
  expect((await ask('cancelEventJob', { ...live, job: String(unfinished.json['id']) })).json).toMatchObject({
    state: 'cancelled',
  });
  const period = `from=${new Date(at).toISOString()}&to=${new Date(at + 1).toISOString()}`;
  await until(async () => {
    const answer = await gateway.ask('GET', `/v1/projects/shop/environments/production/export?what=events&format=csv&${period}`, {
      key: token,
    });
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="shop-production-events.csv"');
    return answer.text.split('\r\n').length === 4;
  });
  asked.add('exportItems');
});

/** What exists in the production of the shop by now. */
const present = {
  ...live,
  experiment: 'button',
  holdout: 'half-year',
  layer: 'kept',
  flag: 'checkout',
  segment: 'beta',
  metric: 'revenue',
  event: 'purchase',
};

/** Asks an operation validly, and leaves as soon as the answer begins. @returns its status, and the code of what is no success */
async function answerOf(operation: Endpoint, key: string, params: Readonly<Record<string, string>>): Promise<string> {
  const { path: url, body, headers } = validRequest(operation, params);
  const leaving = new AbortController();
  const answer = await fetch(`${gateway.url}${url}`, {
    method: operation.method,
    headers: { authorization: `Bearer ${key}`, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    signal: leaving.signal,
  });
  const code = answer.ok ? '' : ` ${String(((await answer.json()) as Json)['code'])}`;
  leaving.abort();
  return `${answer.status}${code}`;
}

test('An operation refuses every role that lacks its permission, and experiments none that has it', async () => {
  expect(misnamedOperations()).toEqual([]);
  await ask('createLayer', live, { body: { key: 'kept' } });
  const [job] = (await ask('listExperimentJobs', { ...live, experiment: 'button' })).json['items'] as readonly Json[];
  const params = { ...present, job: String(job?.['id']), id: crypto.randomUUID(), environmentId: crypto.randomUUID() };
  const tokenOf = async (role: string) =>
    String((await ask('createApiToken', {}, { body: { name: role, role, expiresInDays: 1 } })).json['secret']);
  const tokens = {
    viewer: await tokenOf('viewer'),
    editor: await tokenOf('editor'),
    admin: await tokenOf('admin'),
    owner: token,
  };
  const asking = operationsOfPeople.flatMap((operation) => rolesRefused(operation).map((role) => ({ operation, role })));
  const answers = await Promise.all(
    asking.map(async ({ operation, role }) => {
      const answer = await answerOf(operation, tokens[role], params);
      return `${role} ${operation.operationId}: ${answer}`;
    }),
  );
  expect(answers.filter((answer) => !answer.endsWith(': 403 PERMISSION_DENIED'))).toEqual([]);
  const refused: string[] = [];
  for (const operation of operationsOfPeople.filter(({ tag }) => tag === 'Experiments')) {
    const answer = await answerOf(operation, tokens[leastRoleOf(operation)], params);
    if (answer.startsWith('403') || answer.startsWith('5')) refused.push(`${operation.operationId}: ${answer}`);
  }
  expect(refused).toEqual([]);
});

test('What another environment or organisation has is not found, under the very same keys', async () => {
  const other = await createOtherOrganisation(databaseUrl);
  await ask('createProject', {}, { key: other, body: { key: 'shop', name: 'Shop' } });
  const [job] = (await ask('listExperimentJobs', { ...live, experiment: 'button' })).json['items'] as readonly Json[];
  const params = { ...present, job: String(job?.['id']), id: crypto.randomUUID() };
  const named = operationsOfPeople.filter(
    ({ url, operationId }) =>
      /:(experiment|holdout|layer|job|segment|metric|event|flag)\b/.test(url) &&
      // How often a key was evaluated here is a number, and 0 where nobody made such a flag.
      operationId !== 'getFlagUsage',
  );
  // Flags, events and metrics are the project's, and found in all of its environments.
  const ofEnvironment = named.filter(({ url }) => /:(experiment|holdout|layer|job|segment)\b/.test(url));
  const asking = [
    ...named.map((operation) => ({ operation, key: other, environment: 'production' })),
    ...ofEnvironment.map((operation) => ({ operation, key: token, environment: 'staging' })),
  ];
  const answers = await Promise.all(
    asking.map(async ({ operation, key, environment }) => {
      const answer = await answerOf(operation, key, { ...params, environment });
      return `${environment} ${operation.operationId}: ${answer}`;
    }),
  );
  expect(answers.filter((answer) => !answer.endsWith(': 404 NOT_FOUND'))).toEqual([]);
  for (const list of ['listExperiments', 'listLayers', 'listHoldouts'])
    expect((await ask(list, live, { key: other })).json, list).toMatchObject({ items: [], total: 0 });
});

test('Text that no store can hold is refused, and is no failure', async () => {
  const url = '/v1/projects/shop/environments/production';
  const bodies = {
    layers: { key: 'nul', description: 'a\u0000b' },
    holdouts: { key: 'nul', name: '\u0000', shareMilliPercent: 1_000 },
  };
  for (const [list, body] of Object.entries(bodies))
    expect((await gateway.ask('POST', `${url}/${list}`, { key: token, body })).json, list).toMatchObject({
      status: 400,
      code: 'VALIDATION_FAILED',
    });
  for (const path of ['/experiments?q=%00', '/experiments/button/results/series?metric=%00'])
    expect((await gateway.ask('GET', `${url}${path}`, { key: token })).json, path).toMatchObject({ status: 400 });
});

/** What the log calls the changes that the tests above made to experiments, their layers and holdouts. */
const experimentActions = [
  ...['create', 'update', 'start', 'started', 'pause', 'resume', 'change-weights', 'stop', 'stopped']
    .concat('restart', 'archive', 'unarchive', 'export')
    .map((action) => `experiment.${action}`),
  ...['create', 'update', 'allot', 'release', 'delete'].map((action) => `layer.${action}`),
  ...['create', 'update', 'start', 'end', 'delete'].map((action) => `holdout.${action}`),
  'stats.recompute',
  'stats.replay',
];

test('The audit log tells what was changed', async () => {
  const { json } = await ask('listAudit', {}, { query: '?project=shop&resourceKind=flag&resourceKey=checkout' });
  expect((json['items'] as readonly Json[]).map(({ actorName }) => actorName)).toContain(email);
  await ask('listAudit', {});
  const actions = new Set<unknown>();
  for (const kind of ['experiment', 'layer', 'holdout', 'job']) {
    const found = await ask('listAudit', {}, { query: `?project=shop&resourceKind=${kind}&limit=100` });
    for (const record of found.json['items'] as readonly Json[]) actions.add(record['action']);
  }
  expect(experimentActions.filter((action) => !actions.has(action))).toEqual([]);
});

test('Every operation was asked, so that no answer differs from what is documented', async () => {
  await ask('getHealth', {});
  await ask('getReadiness', {});
  await ask('getProblemKind', { code: 'VERSION_MISMATCH' });
  await ask('setPassword', {}, { body: { currentPassword: password, newPassword: `${password} two` } });
  expect(endpoints.map(({ operationId }) => operationId).filter((operationId) => !asked.has(operationId))).toEqual([]);
});
