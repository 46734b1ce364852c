import { problemCodes, type ProblemCode } from '@stitchd/core';
import { bodyLimit } from '../limits.ts';
import { paramNames, type Endpoint } from '../rest/endpoint.ts';
import { paramDescriptions } from '../rest/fields.ts';
import { problemDocument } from '../rest/problem-schema.ts';
import { problemsOf } from '../rest/problems-of.ts';
import { operationSchemas, type Json, type JsonRecord } from './json-schemas.ts';
import { ofrepFailure } from '../rest/evaluation/evaluation-schemas.ts';

const security: Readonly<Record<Endpoint['access'], Json>> = {
  public: [],
  cookie: [],
  people: [{ accessToken: [] }],
  'sdk-key': [{ sdkKey: [] }, { sdkKeyBearer: [] }],
  ticket: [],
  'server-key': [{ sdkKey: [] }, { sdkKeyBearer: [] }],
};

/** One operation as OpenAPI 3.1 writes it. */
export function describeOperation(endpoint: Endpoint): JsonRecord {
  const { operationId, tag, summary, description, query, body } = endpoint;
  const made = operationSchemas({
    querystring: query,
    body,
    response: { answer: endpoint.answer ?? problemDocument, problem: problemDocument, failure: ofrepFailure },
  });
  return {
    operationId,
    tags: [tag],
    summary,
    description,
    security: security[endpoint.access],
    parameters: [...pathParameters(endpoint), ...headerParameters(endpoint), ...queryParameters(made.querystring)],
    ...(made.body !== undefined && { requestBody: requestBody(endpoint, made.body) }),
    responses: {
      ...expectedResponses(endpoint, made.response?.['answer'] ?? {}),
      ...problemResponses(endpoint, made.response?.['problem'] ?? {}, made.response?.['failure'] ?? {}),
    },
  };
}

function pathParameters({ url }: Endpoint): Json[] {
  return paramNames(url).map((name) => ({
    name,
    in: 'path',
    required: true,
    description: paramDescriptions[name] ?? '',
    schema: { type: 'string' },
  }));
}

function headerParameters({ ifMatch, repeatable, requestHeaders = {} }: Endpoint): Json[] {
  const parameters: Json[] = Object.entries(requestHeaders).map(([name, about]) => ({
    name,
    in: 'header',
    required: false,
    description: about,
    schema: { type: 'string' },
  }));
  if (ifMatch !== undefined)
    parameters.push({
      name: 'If-Match',
      in: 'header',
      required: ifMatch === 'required',
      description: 'The ETag of the version that is changed, such as `"3"`.',
      schema: { type: 'string' },
      example: '"3"',
    });
  if (repeatable === true)
    parameters.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'Makes repeating the request safe for 24 hours: it is carried out once.',
      schema: { type: 'string', maxLength: 255 },
    });
  return parameters;
}

function queryParameters(schema: JsonRecord | undefined): Json[] {
  const properties = (schema?.['properties'] ?? {}) as Readonly<Record<string, JsonRecord>>;
  const required = (schema?.['required'] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, { description = '', ...property }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description,
    schema: property,
  }));
}

function requestBody(endpoint: Endpoint, schema: JsonRecord): Json {
  const limit = endpoint.bodyLimit ?? bodyLimit;
  if (endpoint.bytesBody !== undefined)
    return {
      required: true,
      description: `${endpoint.bytesBody} At most ${limit / 1_048_576} MiB.`,
      content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
    };
  return {
    required: true,
    description: `At most ${limit / 1_048_576} MiB.`,
    content: { 'application/json': { schema } },
  };
}

function expectedResponses(endpoint: Endpoint, schema: JsonRecord): JsonRecord {
  const headers: Record<string, Json> = {
    'X-Request-Id': { description: 'By which the logs can be searched.', schema: { type: 'string' } },
  };
  if (endpoint.ifMatch === 'required' && endpoint.status === 200)
    headers['ETag'] = { description: 'The version, to be sent back as If-Match.', schema: { type: 'string' } };
  for (const [name, about] of Object.entries(endpoint.responseHeaders ?? {}))
    headers[name] = { description: about, schema: { type: 'string' } };
  const content = contentOf(endpoint, schema);
  const responses: Record<string, Json> = { [String(endpoint.status)]: { description: endpoint.summary, headers, ...content } };
  for (const [status, description] of Object.entries(endpoint.otherStatuses ?? {}))
    responses[status] = { description, ...(status === '304' ? {} : content) };
  return responses;
}

function contentOf({ answer, eventStream, file }: Endpoint, schema: JsonRecord): JsonRecord {
  if (eventStream !== undefined)
    return { content: { 'text/event-stream': { schema: { type: 'string', description: eventStream } } } };
  if (file !== undefined)
    return { content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary', description: file } } } };
  return answer === undefined ? {} : { content: { 'application/json': { schema } } };
}

function problemResponses(endpoint: Endpoint, problem: JsonRecord, failure: JsonRecord): JsonRecord {
  const responses: Record<string, Json> = {};
  for (const [status, codes] of problemsOf(endpoint)) {
    if (endpoint.otherStatuses?.[status] !== undefined) continue;
    const isFailure = endpoint.ofrep === true && (status === 400 || status === 404);
    responses[status] = {
      description: codes.map(explained).join(' '),
      content: isFailure ? { 'application/json': { schema: failure } } : { 'application/problem+json': { schema: problem } },
    };
  }
  return responses;
}

function explained(code: ProblemCode): string {
  return `\`${code}\`: ${problemCodes[code].title}.`;
}
