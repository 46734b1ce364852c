import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { uuidv7 } from '@stitchd/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modes, startProduct, type Product } from '../support/product.ts';
import { openShop, storedItems, type Shop } from '../support/shop.ts';

const random = () => crypto.getRandomValues(new Uint8Array(10));

describe.each(modes)('%s', (mode) => {
  let product: Product;
  let shop: Shop;

  beforeAll(async () => {
    product = await startProduct({ mode });
    shop = await openShop(product);
    await shop.createFlag({ key: 'a', name: 'A', type: 'boolean' });
    await shop.createEvent('purchase', 'double');
    await shop.createEvent('visit', 'none');
  });
  afterAll(() => product?.stop());

  const asOwner = (path: string, init: { method?: string; body?: string; headers?: Record<string, string> } = {}) =>
    fetch(product.url + path, {
      ...init,
      headers: {
        authorization: `Bearer ${product.token}`,
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
        ...init.headers,
      },
    });
  const sendItems = (items: unknown, key = shop.serverKey) =>
    fetch(`${product.url}/v1/sdk/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': key },
      body: JSON.stringify({ sentAt: Date.now(), items }),
    });
  const event = (change: object = {}, atMs = Date.now()) => ({
    type: 'event',
    id: uuidv7(atMs, random()),
    at: atMs,
    key: 'purchase',
    value: 5,
    context: { user: 'u' },
    ...change,
  });

  async function expectProblem(
    response: Response,
    status: number,
    code: string,
  ): Promise<{ detail: string; errors?: { path: string }[] }> {
    const text = await response.text();
    expect([response.status, text]).toEqual([status, expect.stringContaining(`"${code}"`)]);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = JSON.parse(text) as { code: string; detail: string; instance: string; errors?: { path: string }[] };
    expect(problem.code).toBe(code);
    expect(problem.detail.length).toBeGreaterThan(10);
    expect(problem.instance.length).toBeGreaterThan(5);
    expect(text).not.toMatch(/\bat .*\.[jt]s:\d+/);
    return problem;
  }

  test('Malformed JSON, unknown fields, wrong types and oversized bodies each get their own code, and nothing is written', async () => {
    const create = (body: string) => asOwner('/v1/projects/shop/flags', { method: 'POST', body });
    await expectProblem(await create('{"key": '), 400, 'MALFORMED_JSON');
    const unknown = await expectProblem(await create('{"key":"b","type":"boolean","colour":"red"}'), 400, 'UNKNOWN_FIELD');
    expect(JSON.stringify(unknown)).toContain('colour');
    const wrong = await expectProblem(await create('{"key":"b","type":"boolean","tags":"x"}'), 400, 'VALIDATION_FAILED');
    expect(wrong.errors?.map(({ path }) => path)).toEqual(['tags']);
    await expectProblem(
      await create(JSON.stringify({ key: 'b', type: 'boolean', description: 'x'.repeat(3_000_000) })),
      413,
      'BODY_TOO_LARGE',
    );
    await expectProblem(await create('{"key":"No Spaces","type":"boolean"}'), 400, 'VALIDATION_FAILED');
    await expectProblem(await create('{"key":"a","name":"A","type":"boolean"}'), 409, 'ALREADY_EXISTS');
    expect((await asOwner('/v1/projects/shop/flags/b')).status).toBe(404);
  });

  test('Unknown routes, methods and media types are problems, too', async () => {
    await expectProblem(await asOwner('/v1/nothing'), 404, 'NOT_FOUND');
    await expectProblem(await asOwner('/v1/projects', { method: 'DELETE' }), 405, 'METHOD_NOT_ALLOWED');
    await expectProblem(
      await asOwner('/v1/projects', { method: 'POST', body: 'key=x', headers: { 'content-type': 'text/plain' } }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    );
  });

  test('Unknown, revoked and wrong keys are told apart', async () => {
    await expectProblem(await sendItems([event()], 'stsk_unknown'), 401, 'KEY_UNKNOWN');
    const { secret, key } = await shop.createKey({ name: 'x', kind: 'server' });
    expect((await sendItems([event()], secret)).status).toBe(202);
    expect(
      (await asOwner(`/v1/projects/shop/environments/development/sdk-keys/${key.id}/revoke`, { method: 'POST' })).status,
    ).toBe(200);
    await expect.poll(async () => (await sendItems([event()], secret)).status, { timeout: 10_000 }).toBe(401);
    await expectProblem(await sendItems([event()], secret), 401, 'KEY_REVOKED');
    const { secret: clientSecret } = await shop.createKey({ name: 'browser', kind: 'client' });
    const segments = await fetch(`${product.url}/v1/sdk/segments/check`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': clientSecret },
      body: JSON.stringify({ questions: [] }),
    });
    await expectProblem(segments, 403, 'KEY_WRONG_KIND');
    await expectProblem(
      await fetch(`${product.url}/v1/projects`, { headers: { 'x-stitchd-sdk-key': shop.serverKey } }),
      403,
      'KEY_WRONG_KIND',
    );
    await expectProblem(await fetch(`${product.url}/v1/projects`), 401, 'UNAUTHENTICATED');
  });

  test('A key answers for its own environment only', async () => {
    const created = await asOwner('/v1/projects/shop/environments/production/sdk-keys', {
      method: 'POST',
      body: JSON.stringify({ name: 'p', kind: 'server' }),
    });
    const { secret } = (await created.json()) as { secret: string };
    const evaluate = async (key: string) =>
      (await (
        await fetch(`${product.url}/ofrep/v1/evaluate/flags/a`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'x-stitchd-sdk-key': key },
          body: '{"context":{"targetingKey":"u"}}',
        })
      ).json()) as { reason: string; value: boolean };
    expect(await evaluate(shop.serverKey)).toMatchObject({ value: true });
    expect(await evaluate(secret)).toMatchObject({ value: false, reason: 'DISABLED' });
  });

  test('Each bad item of a batch is named with its code, and the good ones are stored once', async () => {
    await expect.poll(async () => (await storedItems(shop)).waiting, { timeout: 30_000 }).toBe(0);
    const before = await storedItems(shop);
    const good = event();
    const hourMs = 3_600_000;
    const response = await sendItems([
      good,
      good,
      event({ key: 'never-defined' }),
      event({ value: 'five' }),
      event({ key: 'visit', value: 1 }),
      event({}, Date.now() + hourMs),
      event({}, Date.now() - 8 * 24 * hourMs),
      event({ id: randomUUID() }),
      event({ context: {} }),
      event({ properties: { text: 'x'.repeat(40_000) } }),
    ]);
    expect(response.status).toBe(202);
    const body = (await response.json()) as {
      accepted: number;
      rejected: { index: number; code: string; message: string }[];
      quarantined: { index: number; eventKey: string }[];
    };
    expect(body.quarantined).toMatchObject([{ index: 2, eventKey: 'never-defined' }]);
    expect(body.rejected.map(({ index, code }) => [index, code])).toEqual([
      [3, 'VALUE_WRONG_TYPE'],
      [4, 'VALUE_WRONG_TYPE'],
      [5, 'ITEM_IN_FUTURE'],
      [6, 'ITEM_TOO_OLD'],
      [7, 'ITEM_INVALID'],
      [8, 'ITEM_INVALID'],
      [9, 'ITEM_TOO_LARGE'],
    ]);
    for (const { message } of body.rejected) expect(message.length).toBeGreaterThan(10);
    await expect.poll(async () => (await storedItems(shop)).waiting, { timeout: 30_000 }).toBe(0);
    await expect.poll(async () => (await storedItems(shop)).events, { timeout: 30_000 }).toBe(before.events + 1);
  });

  test('A compressed body that grows beyond the limit is refused before it is read', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 0x20));
    const response = await fetch(`${product.url}/v1/sdk/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-stitchd-sdk-key': shop.serverKey },
      body: bomb,
    });
    await expectProblem(response, 413, 'BODY_TOO_LARGE');
  });

  test('A write needs the version that it changes, and a stale one is answered with the current state', async () => {
    const path = '/v1/projects/shop/flags/a';
    const patch = (headers: Record<string, string>) => asOwner(path, { method: 'PATCH', body: '{"name":"B"}', headers });
    await expectProblem(await patch({}), 428, 'PRECONDITION_REQUIRED');
    const { version } = (await (await asOwner(path)).json()) as { version: number };
    const stale = await expectProblem(await patch({ 'if-match': `"${version + 5}"` }), 412, 'VERSION_MISMATCH');
    expect(stale).toMatchObject({ current: { key: 'a', version } });
    expect((await patch({ 'if-match': `"${version}"` })).status).toBe(200);
  });

  test('A repeated write with the same idempotency key is done once', async () => {
    const create = (body: object) =>
      asOwner('/v1/projects/shop/flags', {
        method: 'POST',
        body: JSON.stringify(body),
        headers: { 'idempotency-key': 'once-1' },
      });
    const [first, second] = [await create({ key: 'once', type: 'boolean' }), await create({ key: 'once', type: 'boolean' })];
    expect([first.status, second.status]).toEqual([201, 201]);
    expect(await second.json()).toEqual(await first.json());
    await expectProblem(await create({ key: 'other', type: 'boolean' }), 422, 'IDEMPOTENCY_KEY_REUSED');
  });
});
