import { isDeepStrictEqual } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { Answer, Endpoint } from '../rest/endpoint.ts';

/** Headers that need no description of their own. */
const alwaysAllowed: ReadonlySet<string> = new Set(['etag', 'location', 'vary', 'content-encoding', 'cache-control']);

/**
 * Compares what an endpoint answers with what it documents.
 * @throws Error for a field that is missing, of another type, or documented nowhere
 */
export function verifyAnswer(endpoint: Endpoint, { body, json, events, file, headers, status = endpoint.status }: Answer): void {
  const isDocumented = status === endpoint.status || endpoint.otherStatuses?.[status] !== undefined;
  if (endpoint.ofrep === true && status >= 400) return;
  if (!isDocumented) throw new Error(`${endpoint.operationId} answered ${status}, which it does not document`);
  for (const name of Object.keys(headers ?? {}))
    if (!alwaysAllowed.has(name) && endpoint.responseHeaders?.[name] === undefined)
      throw new Error(`${endpoint.operationId} answered the header ${name}, which it does not document`);
  if ((events !== undefined) !== (endpoint.eventStream !== undefined))
    throw new Error(`${endpoint.operationId} answered no stream where it documents one, or one where it doesn't`);
  if ((file !== undefined) !== (endpoint.file !== undefined))
    throw new Error(`${endpoint.operationId} answered no file where it documents one, or one where it doesn't`);
  if (body === undefined && json === undefined) {
    if (endpoint.answer !== undefined && status !== 304) throw new Error(`${endpoint.operationId} answered no body`);
    return;
  }
  const sent: unknown = JSON.parse(textOf(json, headers) ?? JSON.stringify(body));
  const parsed = endpoint.answer?.safeParse(sent);
  if (parsed?.success !== true)
    throw new Error(`${endpoint.operationId} answered what it does not document: ${JSON.stringify(parsed?.error?.issues)}`);
  // Parsing leaves out what the schema does not know.
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(parsed.data)), sent))
    throw new Error(`${endpoint.operationId} answered fields that it does not document: ${JSON.stringify(sent)}`);
}

function textOf(json: Answer['json'], headers: Answer['headers']): string | undefined {
  if (json === undefined || typeof json === 'string') return json;
  return (headers?.['content-encoding'] === 'gzip' ? gunzipSync(json) : json).toString('utf8');
}
