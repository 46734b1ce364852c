import { expect, test } from 'vitest';
import { openApiDocument } from './open-api.ts';
import { restReferences } from './rest-references.ts';
import { schemaText } from './schema-text.ts';

test.each([
  [{ type: 'string', maxLength: 200 }, 'string, at most 200 characters'],
  [{ type: 'integer', minimum: 1, maximum: 200 }, 'integer, 1 to 200'],
  [{ type: 'integer', minimum: -9007199254740991, maximum: 9007199254740991 }, 'integer'],
  [
    { type: 'array', items: { $ref: '#/components/schemas/Rule' }, maxItems: 50 },
    'list of [Rule](./schemas.md#rule), at most 50 items',
  ],
  [{ anyOf: [{ type: 'string' }, { type: 'null' }] }, 'string or null'],
  [{ enum: ['on', 'off'] }, '`"on"`, `"off"`'],
  [{ type: 'object', additionalProperties: { type: 'number' } }, 'object whose values are number'],
  [{}, 'any JSON'],
])('A schema is said in a few words: %j', (schema, text) => {
  expect(schemaText(schema)).toBe(text);
});

test('Every operation and every schema of the document has its section', () => {
  const document = openApiDocument();
  const text = restReferences(document)
    .map((reference) => reference.text)
    .join('\n');
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `\n\`${method.toUpperCase()} ${path}\`\n`),
  );
  expect(operations.length).toBeGreaterThan(50);
  expect(operations.filter((operation) => !text.includes(operation))).toEqual([]);
  expect(Object.keys(document.components.schemas).filter((name) => !text.includes(`\n## ${name}\n`))).toEqual([]);
});

test('Links to schemas lead to a section', () => {
  const document = openApiDocument();
  const names = new Set(Object.keys(document.components.schemas).map((name) => name.toLowerCase()));
  const links = restReferences(document).flatMap(({ text }) =>
    [...text.matchAll(/schemas\.md#([\w-]+)/g)].map(([, name]) => name),
  );
  expect(links.filter((name) => name === undefined || !names.has(name))).toEqual([]);
});
