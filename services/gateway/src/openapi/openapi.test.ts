import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createConfig, lintFromString } from '@redocly/openapi-core';
import { expect, test } from 'vitest';
import { endpoints } from '../rest/endpoints.ts';
import { createOpenApiDocument } from './create-openapi-document.ts';

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly { readonly name: string; readonly schema?: object }[];
  readonly requestBody?: { readonly content: Record<string, { readonly schema: { readonly $ref: string } }> };
  readonly responses: Readonly<Record<string, object>>;
}

const document = createOpenApiDocument() as unknown as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, { readonly examples?: readonly unknown[] }>> };
};

test('Every operation that is served is in the document, under an id of its own, with words and problems', () => {
  const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
  expect(operations.map(({ operationId }) => operationId).toSorted()).toEqual(
    endpoints.map(({ operationId }) => operationId).toSorted(),
  );
  expect(new Set(endpoints.map(({ operationId }) => operationId)).size).toBe(endpoints.length);
  for (const { operationId, summary, description, responses } of operations) {
    expect(summary.length, operationId).toBeGreaterThan(5);
    expect(description.length, operationId).toBeGreaterThan(10);
    expect(
      Object.keys(responses).some((status) => Number(status) >= 400),
      operationId,
    ).toBe(true);
  }
});

test('Every body that is sent has an example', () => {
  const bodies = Object.values(document.paths)
    .flatMap((path) => Object.values(path))
    .map(({ requestBody }) => requestBody?.content['application/json']?.schema.$ref.split('/').at(-1))
    .filter((name) => name !== undefined);
  expect(bodies.length).toBeGreaterThan(20);
  expect(bodies.filter((name) => (document.components.schemas[name]?.examples ?? []).length === 0)).toEqual([]);
});

test('The document is valid OpenAPI 3.1, its references resolve and its examples fit their schemas', async () => {
  const rules = {
    struct: 'error',
    'no-unresolved-refs': 'error',
    'operation-operationId-unique': 'error',
    'path-parameters-defined': 'error',
    'no-invalid-schema-examples': 'error',
    'no-unused-components': 'error',
  } as const;
  const config = await createConfig({ rules });
  const problems = await lintFromString({ source: JSON.stringify(document), config });
  expect(problems.map(({ ruleId, message, location }) => `${ruleId} ${message} ${location[0]?.pointer}`)).toEqual([]);
});

test('The committed document is the one that the code makes', () => {
  const committed = readFileSync(fileURLToPath(new URL('../../openapi.json', import.meta.url)), 'utf8');
  expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(document)));
});

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/**
 * Paths of whole numbers in a schema that may be larger than 32 bits with a sign can say.
 * @param within - names of the components around it: conditions hold conditions
 */
function wideNumbers(schema: Schema, path: string, within: readonly string[] = []): readonly string[] {
  const name = schema.$ref?.split('/').at(-1);
  if (name !== undefined) {
    const component = (document.components.schemas[name] ?? {}) as Schema;
    return within.includes(name) ? [] : wideNumbers(component, path, [...within, name]);
  }
  const inside = [
    ...Object.entries(schema.properties ?? {}),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].map((part) => ['', part] as const),
    ...[schema.items, schema.additionalProperties].flatMap((part) => (typeof part === 'object' ? [['*', part] as const] : [])),
  ];
  const isWide = schema.type === 'integer' && (schema.maximum ?? Infinity) > 2_147_483_647;
  return [...(isWide ? [path] : []), ...inside.flatMap(([place, part]) => wideNumbers(part, `${path}/${place}`, within))];
}

/** Bytes, times, and units that a plan may ask for: services take them as larger numbers. */
const takenAsLarger = /(\/sizeBytes|\?offset|\/plannedUnits|\/sentAt|\/at)$/;

test('Whole numbers in requests are as small as what services take: a larger one is refused by name, and not a failure', () => {
  const wide = Object.values(document.paths)
    .flatMap((path) => Object.values(path))
    .flatMap(({ operationId, requestBody, parameters = [] }) => [
      ...wideNumbers((requestBody?.content['application/json']?.schema ?? {}) as Schema, operationId),
      ...parameters.flatMap(({ name, schema = {} }) => wideNumbers(schema as Schema, `${operationId}?${name}`)),
    ]);
  expect(wide.length).toBeGreaterThan(5);
  expect(wide.filter((place) => !takenAsLarger.test(place))).toEqual([]);
});
