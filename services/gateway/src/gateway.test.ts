import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apiToken, clientKey, createBackend, serverKey, startGateway, type Backend } from './backend.test-support.ts';
import { longRequestDeadlineMs, requestDeadlineMs } from './limits.ts';

let backend: Backend;
let gateway: Awaited<ReturnType<typeof startGateway>>;

beforeAll(async () => {
  backend = createBackend();
  gateway = await startGateway(backend.definitions, { STITCHD_GATEWAY_RATE_LIMIT_ADDRESS: '1000' });
});
afterAll(() => gateway.stop());

test('The gateway alone, without any database or service, answers health, its document and problems', async () => {
  const alone = await startGateway([]);
  try {
    expect(await alone.ask('GET', '/healthz')).toMatchObject({ status: 200, json: { status: 'ok' } });
    const { status, json } = await alone.ask('GET', '/openapi.json');
    expect({ status, json }).toMatchObject({ status: 200, json: { openapi: '3.1.0', info: { title: 'Stitchd' } } });
    expect(await alone.ask('GET', '/docs/')).toMatchObject({
      status: 200,
      text: expect.stringContaining('swagger-ui') as unknown,
    });
    const missing = await alone.ask('GET', '/v1/nothing', { headers: { accept: 'text/html' } });
    expect(missing.headers.get('content-type')).toContain('application/problem+json');
    expect(missing.json).toMatchObject({ status: 404, code: 'NOT_FOUND', instance: missing.headers.get('x-request-id') });
  } finally {
    await alone.stop();
  }
});

describe('problems', () => {
  const cases: readonly [
    name: string,
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
    status: number,
    code: string,
  ][] = [
    ['malformed JSON', 'POST', '/v1/projects', '{"key":', {}, 400, 'MALFORMED_JSON'],
    ['a prototype', 'POST', '/v1/projects', '{"__proto__":{"a":1}}', {}, 400, 'MALFORMED_JSON'],
    ['no body', 'POST', '/v1/projects', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['a wrong type', 'POST', '/v1/projects', { key: 1, name: 'Shop' }, {}, 400, 'VALIDATION_FAILED'],
    ['an unknown field', 'POST', '/v1/projects', { key: 'shop', name: 'Shop', colour: 'red' }, {}, 400, 'UNKNOWN_FIELD'],
    ['an unknown query parameter', 'GET', '/v1/projects?colour=red', undefined, {}, 400, 'UNKNOWN_FIELD'],
    ['a limit beyond the largest', 'GET', '/v1/projects?limit=201', undefined, {}, 400, 'VALIDATION_FAILED'],
    ['another media type', 'POST', '/v1/projects', 'x', { 'content-type': 'text/plain' }, 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['another method', 'DELETE', '/v1/projects', undefined, {}, 405, 'METHOD_NOT_ALLOWED'],
    ['an oversized body', 'POST', '/v1/projects', `{"name":"${'x'.repeat(1_048_576)}"}`, {}, 413, 'BODY_TOO_LARGE'],
    ['a body nested too deep', 'POST', '/v1/projects', '['.repeat(200), {}, 400, 'VALIDATION_FAILED'],
    ['no version', 'PATCH', '/v1/projects/shop', { name: 'Shop' }, {}, 428, 'PRECONDITION_REQUIRED'],
    ['a weak version', 'PATCH', '/v1/projects/shop', { name: 'Shop' }, { 'if-match': 'W/"3"' }, 400, 'VALIDATION_FAILED'],
    ['a stale version', 'PATCH', '/v1/projects/shop', { name: 'Shop' }, { 'if-match': '"3"' }, 412, 'VERSION_MISMATCH'],
    ['another project', 'GET', '/v1/projects/other/environments', undefined, {}, 404, 'NOT_FOUND'],
    ['a failure inside', 'GET', '/v1/projects/shop', undefined, {}, 500, 'INTERNAL'],
    [
      'an unusable idempotency key',
      'POST',
      '/v1/projects',
      { key: 'a', name: 'A' },
      { 'idempotency-key': 'a b' },
      400,
      'VALIDATION_FAILED',
    ],
    ['a permission that is missing', 'GET', '/v1/members', undefined, {}, 403, 'PERMISSION_DENIED'],
    ['an SDK key', 'GET', '/v1/projects', undefined, { authorization: `Bearer ${serverKey}` }, 403, 'KEY_WRONG_KIND'],
    ['an unknown key', 'GET', '/v1/projects', undefined, { authorization: 'Bearer stat_unknown' }, 401, 'KEY_UNKNOWN'],
    ['an invalid token', 'GET', '/v1/projects', undefined, { authorization: 'Bearer a.b.c' }, 401, 'UNAUTHENTICATED'],
  ];

  test.each(cases)('%s is refused with its own code', async (_, method, path, body, headers, status, code) => {
    const answer = await gateway.ask(method, path, { key: apiToken, body, headers });
    expect(answer.json).toMatchObject({ status, code, type: `/problems/${code}`, instance: answer.headers.get('x-request-id') });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.text).not.toMatch(/secret|\.ts:|node_modules/);
  });

  test('A stale change is answered with the current state', async () => {
    const { json } = await gateway.ask('PATCH', '/v1/projects/shop', {
      key: apiToken,
      body: { name: 'S' },
      headers: { 'if-match': '"3"' },
    });
    expect(json).toMatchObject({ current: { key: 'shop', version: 7 } });
  });

  test('A wrong field is named by its path, in the shape that was meant', async () => {
    const path = '/v1/projects/shop/environments/live/flags/f/configuration';
    const rule = { when: { all: [{ attribute: 'plan', op: 'equal', values: ['pro'] }] }, serve: { variant: 'on' } };
    const body = { document: { offVariant: 'off', rules: [rule], defaultServe: { variant: 'off' } } };
    const { json } = await gateway.ask('PUT', path, { key: apiToken, body, headers: { 'if-match': '"1"' } });
    expect(json).toMatchObject({ code: 'VALIDATION_FAILED', errors: [{ path: 'document.rules[0].when.all[0].op' }] });
  });
});

test('What a service made is answered with its version as ETag and its place as Location', async () => {
  const { status, headers, json } = await gateway.ask('POST', '/v1/projects', {
    key: apiToken,
    body: { key: 'shop', name: 'Shop' },
  });
  expect({ status, json }).toMatchObject({ status: 201, json: { key: 'shop', version: 1 } });
  expect([headers.get('etag'), headers.get('location'), headers.get('cache-control')]).toEqual([
    '"1"',
    '/v1/projects/shop',
    'no-store',
  ]);
});

test('A change of list keys has a minute, where others have the deadline of the installation', async () => {
  const path = '/v1/projects/shop/environments/production/segments/beta/keys';
  expect(await gateway.ask('GET', path, { key: apiToken })).toMatchObject({ status: 200 });
  expect(backend.state.leftMs).toBeGreaterThan(0);
  expect(backend.state.leftMs).toBeLessThanOrEqual(5_000);
  const changed = await gateway.ask('POST', path, { key: apiToken, body: { side: 'included', add: ['u-1'] } });
  expect(changed).toMatchObject({ status: 200, json: { added: 1 } });
  expect(backend.state.leftMs).toBeGreaterThan(requestDeadlineMs);
  expect(backend.state.leftMs).toBeLessThanOrEqual(longRequestDeadlineMs);
});

test("A client's request id is kept where it is plain, and replaced where it is not", async () => {
  const kept = await gateway.ask('GET', '/healthz', { headers: { 'x-request-id': 'abc-1' } });
  const replaced = await gateway.ask('GET', '/healthz', { headers: { 'x-request-id': 'a"b' } });
  expect(kept.headers.get('x-request-id')).toBe('abc-1');
  expect(replaced.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
});

test('HEAD answers like GET without a body, OPTIONS says what is allowed', async () => {
  expect(await gateway.ask('HEAD', '/v1/projects', { key: apiToken })).toMatchObject({ status: 200, text: '' });
  const options = await gateway.ask('OPTIONS', '/v1/projects');
  expect([options.status, options.headers.get('allow')]).toEqual([204, 'GET, POST, HEAD, OPTIONS']);
});

test('Readiness names what waits for what, without telling why', async () => {
  const down = createBackend();
  down.state.isAuthDown = true;
  const other = await startGateway(down.definitions);
  try {
    const { status, json } = await other.ask('GET', '/readyz');
    expect({ status, json }).toEqual({ status: 503, json: { status: 'unready', unready: { 'auth-service': ['postgres'] } } });
  } finally {
    await other.stop();
  }
  expect(await gateway.ask('GET', '/readyz')).toMatchObject({ status: 200, json: { status: 'ready' } });
});

test('Too many requests of one principal, or with wrong credentials from one address, are told when to come back', async () => {
  const limited = await startGateway(backend.definitions, {
    STITCHD_GATEWAY_RATE_LIMIT_PEOPLE: '1',
    STITCHD_GATEWAY_RATE_LIMIT_ADDRESS: '1',
  });
  try {
    const statuses: number[] = [];
    for (let i = 0; i < 11; i++) statuses.push((await limited.ask('GET', '/v1/projects', { key: apiToken })).status);
    expect(statuses).toEqual([...Array<number>(10).fill(200), 429]);
    for (let i = 0; i < 10; i++) expect((await limited.ask('GET', '/v1/projects', { key: `stat_${i}` })).status).toBe(401);
    const answer = await limited.ask('GET', '/v1/projects', { key: 'stat_x' });
    expect(answer.json).toMatchObject({ code: 'RATE_LIMITED' });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  } finally {
    await limited.stop();
  }
});

describe('SDK routes', () => {
  const batch = '{"sentAt": 1,  "items":[]}';

  test('A batch of events reaches event-service byte by byte, in the name of the key', async () => {
    const { status, json } = await gateway.ask('POST', '/v1/sdk/events', {
      body: batch,
      headers: { 'x-stitchd-sdk-key': clientKey },
    });
    expect({ status, json }).toMatchObject({ status: 202, json: { accepted: 1, rejected: [{ code: 'EVENT_UNDEFINED' }] } });
    expect(backend.ingested.at(-1)).toMatchObject({
      body: batch,
      contentEncoding: '',
      principal: { id: clientKey, keyKind: 'client' },
    });
  });

  test('A compressed batch is handed on compressed; another encoding, an empty and an oversized body are refused', async () => {
    const send = (body: string, headers: Record<string, string>) =>
      gateway.ask('POST', '/v1/sdk/events', { key: serverKey, body, headers });
    expect((await send('zipped', { 'content-encoding': 'gzip' })).status).toBe(202);
    expect(backend.ingested.at(-1)).toMatchObject({ body: 'zipped', contentEncoding: 'gzip' });
    expect((await send('squeezed', { 'content-encoding': 'br' })).status).toBe(202);
    expect(backend.ingested.at(-1)).toMatchObject({ body: 'squeezed', contentEncoding: 'br' });
    expect((await send('x', { 'content-encoding': 'x'.repeat(21) })).json).toMatchObject({ code: 'UNSUPPORTED_MEDIA_TYPE' });
    expect((await send('x'.repeat(1_048_577), {})).json).toMatchObject({ code: 'BODY_TOO_LARGE' });
    expect((await send('', {})).status).toBe(400);
  });

  test('A browser may send from the origins of its key only, and reads why it may not', async () => {
    const send = (origin: string) =>
      gateway.ask('POST', '/v1/sdk/events', { body: batch, headers: { 'x-stitchd-sdk-key': clientKey, origin } });
    const allowed = await send('https://shop.example');
    expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([202, 'https://shop.example']);
    const refused = await send('https://evil.example');
    expect(refused.json).toMatchObject({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
    const preflight = await gateway.ask('OPTIONS', '/v1/sdk/events', { headers: { origin: 'https://shop.example' } });
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-stitchd-sdk-key');
  });

  test('The list-segment check is for server keys', async () => {
    const body = { questions: [{ segmentKey: 'beta', contextKey: 'u-in' }] };
    expect(await gateway.ask('POST', '/v1/sdk/segments/check', { key: serverKey, body })).toMatchObject({
      status: 200,
      json: { answers: [{ outcome: 'member' }] },
    });
    expect((await gateway.ask('POST', '/v1/sdk/segments/check', { key: clientKey, body })).json).toMatchObject({
      code: 'KEY_WRONG_KIND',
    });
  });
});

test('Session routes refuse pages of other origins and answer nothing without a cookie', async () => {
  const foreign = await gateway.ask('POST', '/v1/auth/refresh', { body: {}, headers: { origin: 'https://evil.example' } });
  expect(foreign.json).toMatchObject({ status: 403, code: 'ORIGIN_NOT_ALLOWED' });
  const own = await gateway.ask('POST', '/v1/auth/refresh', { body: {}, headers: { origin: gateway.url } });
  expect(own.json).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
});

test('Requests are counted by route and status', async () => {
  await gateway.ask('GET', '/healthz');
  expect(await gateway.metrics()).toMatch(
    /stitchd_http_requests_total\{method="GET",route="\/healthz",status="200",service="gateway"\} \d+/,
  );
});
