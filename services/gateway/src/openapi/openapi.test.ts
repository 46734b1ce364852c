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
  expect(bodies.filter((name) => document.components.schemas[name]?.examples?.length !== 1)).toEqual([]);
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
