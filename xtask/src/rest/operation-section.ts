import { code, prose, table } from '../references/markdown.ts';
import type { Content, Operation, Parameter } from './open-api.ts';
import { schemaText } from './schema-text.ts';

const credentialNames: Readonly<Record<string, string>> = {
  accessToken: 'access token or API token',
  sdkKey: 'SDK key',
  sdkKeyBearer: 'SDK key as bearer',
};

/** The section of one operation: what it does, takes and answers. */
export function operationSection(method: string, path: string, operation: Operation): string {
  const parameters = operation.parameters.map(parameterRow);
  const responses = Object.entries(operation.responses).map(([status, response]) => [
    status,
    contentText(response.content),
    prose(response.description === operation.summary ? '' : response.description),
  ]);
  return [
    `## ${operation.summary}`,
    `\`${method.toUpperCase()} ${path}\``,
    ...(operation.description === undefined ? [] : [prose(operation.description)]),
    `Credentials: ${credentials(operation)}.`,
    ...(parameters.length === 0 ? [] : [table(['Parameter', 'In', 'Type', 'Meaning'], parameters)]),
    ...(operation.requestBody === undefined
      ? []
      : [`Body: ${contentText(operation.requestBody.content)}. ${prose(operation.requestBody.description ?? '')}`.trimEnd()]),
    table(['Status', 'Body', 'Meaning'], responses),
  ].join('\n\n');
}

function parameterRow(parameter: Parameter): readonly string[] {
  const fallback = parameter.schema.default;
  const meaning = [
    prose(parameter.description ?? ''),
    ...(parameter.required ? ['Required.'] : []),
    ...(fallback === undefined ? [] : [`Default ${code(JSON.stringify(fallback))}.`]),
  ];
  return [code(parameter.name), parameter.in, schemaText(parameter.schema), meaning.filter((text) => text !== '').join(' ')];
}

function contentText(content: Content | undefined): string {
  const types = Object.entries(content ?? {}).map(([type, { schema }]) => {
    const of = schema === undefined ? '' : schemaText(schema);
    return type === 'application/json' || type === 'application/problem+json' ? of : `${code(type)} ${of}`.trimEnd();
  });
  return types.join(' or ');
}

function credentials(operation: Operation): string {
  const names = operation.security.flatMap((scheme) => Object.keys(scheme).map((name) => credentialNames[name] ?? name));
  return names.length === 0 ? 'none' : names.join(', or ');
}
