import { isDeepStrictEqual } from 'node:util';
import type { Answer, Endpoint } from '../rest/endpoint.ts';

/**
 * Compares what an endpoint answers with what it documents.
 * @throws Error for a field that is missing, of another type, or documented nowhere
 */
export function verifyAnswer(endpoint: Endpoint, { body, json, status = endpoint.status }: Answer): void {
  const isDocumented = status === endpoint.status || endpoint.otherStatuses?.[status] !== undefined;
  if (endpoint.ofrep === true && status >= 400) return;
  if (!isDocumented) throw new Error(`${endpoint.operationId} answered ${status}, which it does not document`);
  if (body === undefined && json === undefined) {
    if (endpoint.answer !== undefined && status !== 304) throw new Error(`${endpoint.operationId} answered no body`);
    return;
  }
  const sent: unknown = JSON.parse(json ?? JSON.stringify(body));
  const parsed = endpoint.answer?.safeParse(sent);
  if (parsed?.success !== true)
    throw new Error(`${endpoint.operationId} answered what it does not document: ${JSON.stringify(parsed?.error?.issues)}`);
  // Parsing leaves out what the schema does not know.
  if (!isDeepStrictEqual(JSON.parse(JSON.stringify(parsed.data)), sent))
    throw new Error(`${endpoint.operationId} answered fields that it does not document: ${JSON.stringify(sent)}`);
}
