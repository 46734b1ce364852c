import { code, page, prose, table } from '../references/markdown.ts';
import type { Reference } from '../references/reference.ts';
import { openApiDocument, type OpenApiDocument, type Schema } from './open-api.ts';
import { operationSection } from './operation-section.ts';
import { schemaText } from './schema-text.ts';

const source = 'the OpenAPI document';

/** The REST reference: an overview, a page for each group of operations, and one for all schemas. */
export function restReferences(document: OpenApiDocument = openApiDocument()): readonly Reference[] {
  return [overview(document), ...document.tags.map((tag) => groupPage(document, tag)), schemasPage(document)];
}

function operationsOf(document: OpenApiDocument) {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
}

function fileOf(tag: string): string {
  return `${tag.toLowerCase()}.md`;
}

function overview(document: OpenApiDocument): Reference {
  const sections = document.tags.map(({ name, description }) => {
    const rows = operationsOf(document)
      .filter(({ operation }) => operation.tags.includes(name))
      .map(({ path, method, operation }) => [code(`${method.toUpperCase()} ${path}`), prose(operation.summary)]);
    return `## [${name}](./${fileOf(name)})\n\n${prose(description)}\n\n${table(['Operation', 'Does'], rows)}`;
  });
  return {
    file: 'rest/index.md',
    text: page(
      'REST',
      source,
      'A running gateway serves this interface at `/v1`, the document itself at `/openapi.json`, and a page to try it at `/docs`.',
      document.info.description
        .split('\n\n')
        .slice(1)
        .map((block) => block.split('\n').map(prose).join('\n'))
        .join('\n\n'),
      ...sections,
    ),
  };
}

function groupPage(document: OpenApiDocument, tag: { readonly name: string; readonly description: string }): Reference {
  const sections = operationsOf(document)
    .filter(({ operation }) => operation.tags.includes(tag.name))
    .map(({ path, method, operation }) => operationSection(method, path, operation));
  return { file: `rest/${fileOf(tag.name)}`, text: page(tag.name, source, prose(tag.description), ...sections) };
}

function schemasPage(document: OpenApiDocument): Reference {
  const sections = Object.entries(document.components.schemas).map(([name, schema]) => schemaSection(name, schema));
  return {
    file: 'rest/schemas.md',
    text: page(
      'Schemas',
      source,
      'What bodies hold, by name. A required field is always there in an answer and must be there in a request.',
      ...sections,
    ),
  };
}

function schemaSection(name: string, schema: Schema): string {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([property, of]) => [
    code(property),
    schemaText(of),
    [...(required.has(property) ? ['Required.'] : []), prose(of.description ?? '')].join(' ').trim(),
  ]);
  const example = schema.examples?.[0];
  return [
    `## ${name}`,
    ...(schema.description === undefined ? [] : [prose(schema.description)]),
    rows.length > 0 ? table(['Field', 'Type', 'Meaning'], rows) : `${schemaText(schema)}.`,
    ...(example === undefined ? [] : [`\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``]),
  ].join('\n\n');
}
