import { Ingestion } from '@stitchd/proto/event/v1/event';
import { problem, withCall } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { requestDeadlineMs } from '../limits.ts';
import type { DirectAnswer, DirectInput } from '../rest/endpoint.ts';
import { contentEncodingOf } from './content-encoding.ts';

/**
 * Hands a batch on as the bytes that arrived.
 * @throws what event-service refuses the whole batch with
 */
export async function takeItems(
  { bytes, headers, caller, requestId }: Pick<DirectInput, 'bytes' | 'headers' | 'caller' | 'requestId'>,
  { call, nowMs }: Pick<GatewayContext, 'call' | 'nowMs'>,
  exposuresOnly: boolean,
): Promise<DirectAnswer> {
  if (bytes.length === 0) throw problem('MALFORMED_JSON', 'The body is empty.');
  const contentEncoding = contentEncodingOf(headers['content-encoding']);
  const served = { requestId, principal: caller?.principal, deadlineMs: nowMs() + requestDeadlineMs };
  const { accepted, repeatedItems, rejected, quarantined } = await withCall(served, () =>
    call(Ingestion.method.ingest, { body: bytes, contentEncoding, exposuresOnly }),
  );
  const body = {
    accepted,
    repeatedItems,
    rejected: rejected.map(({ index, id, code, message }) => ({ index, id, code, message })),
    quarantined: quarantined.map(({ index, id, eventKey }) => ({ index, id, eventKey })),
  };
  return { status: 202, text: asciiJson(body) };
}

/** Ids and keys come back as they were sent, in whatever alphabet. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
