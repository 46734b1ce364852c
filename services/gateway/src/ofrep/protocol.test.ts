import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clientKey, createBackend, serverKey, startGateway } from '../backend.test-support.ts';
import { allFlags, environmentEntity } from './shared-flags.test-support.ts';

const repository = fileURLToPath(new URL('../../../../', import.meta.url));
const file = path.resolve(repository, process.env['STITCHD_TEST_SHARED'] ?? '../shared', 'standards/ofrep/openapi.yaml');

type Json = { [name: string]: unknown };

/** A boolean also matches the schema without a value, which `oneOf` would refuse. */
function withAnyOf(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(withAnyOf);
  if (typeof json !== 'object' || json === null) return json;
  const holdsValues = (json as Json)['oneOf'];
  const isOfValues = Array.isArray(holdsValues) && JSON.stringify(holdsValues).includes('codeDefaultFlag');
  const entries = Object.entries(json).map(([name, value]) => [
    isOfValues && name === 'oneOf' ? 'anyOf' : name,
    withAnyOf(value),
  ]);
  return Object.fromEntries(entries) as Json;
}

/** Validates against the protocol's own document, where the shared material is at hand. */
function createProtocol() {
  const document = withAnyOf(load(readFileSync(file, 'utf8'))) as Json;
  const ajv = new Ajv2020({ strict: false, allErrors: true, formats: { uri: true, 'date-time': true, float: true } });
  ajv.addSchema(document, 'ofrep');
  const compile = (pointer: string): ValidateFunction => ajv.compile({ $ref: `ofrep#${pointer}` });
  const escaped = (text: string): string => text.replaceAll('~', '~0').replaceAll('/', '~1');
  return {
    /** What is wrong with an answer; nothing for one as the protocol has it. */
    errorsOf(url: string, status: number, body: unknown): unknown {
      const pointer = `/paths/${escaped(url)}/post/responses/${status}/content/${escaped('application/json')}/schema`;
      const validate = compile(encodeURI(pointer));
      return validate(body) ? [] : validate.errors;
    },
    errorsOfSchema(name: string, body: unknown): unknown {
      const validate = compile(`/components/schemas/${name}`);
      return validate(body) ? [] : validate.errors;
    },
  };
}

describe.skipIf(!existsSync(file))("The protocol's own OpenAPI document", () => {
  const single = '/ofrep/v1/evaluate/flags/{key}';
  const bulk = '/ofrep/v1/evaluate/flags';
  let protocol: ReturnType<typeof createProtocol>;
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let proxied: Awaited<ReturnType<typeof startGateway>>;

  beforeAll(async () => {
    protocol = createProtocol();
    const start = async (environment: Record<string, string>) => {
      const backend = createBackend();
      backend.publish(...allFlags, environmentEntity);
      return startGateway(backend.definitions, environment);
    };
    gateway = await start({});
    proxied = await start({ STITCHD_PUBLIC_URL: 'https://flags.example' });
  });
  afterAll(async () => {
    await gateway.stop();
    await proxied.stop();
  });

  test.each([
    ...allFlags.map(({ id }) => [id, serverKey, id === 'archived' ? 404 : id === 'broken' ? 500 : 200] as const),
    ['hidden', clientKey, 404] as const,
    ['absent', clientKey, 404] as const,
  ])('describes the answer for the flag %s with the key %s', async (flag, key, expected) => {
    for (const context of [{ targetingKey: 'u-1' }, { targetingKey: 'u-1', plan: 'pro' }]) {
      const { status, json } = await gateway.ask('POST', `/ofrep/v1/evaluate/flags/${flag}`, { key, body: { context } });
      expect(status).toBe(expected);
      expect(protocol.errorsOf(single, status, json)).toEqual([]);
    }
  });

  test('describes the answer for all flags, with each way to name the stream of changes', async () => {
    for (const { ask } of [gateway, proxied]) {
      const { status, json } = await ask('POST', bulk, { key: serverKey, body: { context: { targetingKey: 'u-1' } } });
      expect(status).toBe(200);
      // A flag with an unusable definition is a failure among evaluations.
      expect(json).toMatchObject({ flags: expect.arrayContaining([expect.objectContaining({ errorCode: 'PARSE_ERROR' })]) });
      expect((json as { readonly eventStreams: unknown }).eventStreams).toHaveLength(1);
      expect(protocol.errorsOf(bulk, status, json)).toEqual([]);
    }
  });

  test('describes what is answered to requests that can not be evaluated', async () => {
    for (const [url, place] of [
      [single, '/ofrep/v1/evaluate/flags/plain'],
      [bulk, bulk],
    ] as const) {
      for (const body of ['{', '[]', { context: 7 }, { context: { targetingKey: 7 } }, '']) {
        const { status, json } = await gateway.ask('POST', place, { key: serverKey, body });
        expect([body, status]).toEqual([body, 400]);
        expect(protocol.errorsOf(url, status, json)).toEqual([]);
      }
    }
  });

  test('would notice an answer that is not as it says', () => {
    expect(protocol.errorsOf(single, 200, { key: 'a', value: true, reason: 'DEFAULT' })).not.toEqual([]);
    expect(protocol.errorsOf(single, 404, { errorCode: 'FLAG_NOT_FOUND' })).not.toEqual([]);
    expect(protocol.errorsOf(bulk, 200, { flags: [], eventStreams: [{ type: 'sse' }] })).not.toEqual([]);
  });
});
