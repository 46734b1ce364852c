import type { IncomingMessage } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import {
  createContextKey,
  createContextValues,
  type ConnectError,
  type ConnectRouter,
  type HandlerContext,
} from '@connectrpc/connect';
import { isProblemCode } from '@stitchd/core';
import { Ingestion } from '@stitchd/proto/event/v1/event';
import { ItemIngest, type SendItemsRequest } from '@stitchd/proto/ingest/v1/ingest';
import { problem, problemOf, withCall } from '@stitchd/service-kit';
import type { Frame } from '../http/frame.ts';
import { maxContentEncodingLength, requestDeadlineMs } from '../limits.ts';
import { countGrpcCall, type AdmittedCall } from './admit-grpc.ts';

const admittedKey = createContextKey<AdmittedCall | undefined>(undefined);
const calls = new WeakMap<object, AdmittedCall>();

/** Where the calls of `ItemIngest` are found. */
export const ingestPathPrefix = `/${ItemIngest.typeName}/`;

/** Keeps who asks beside the stream, for its call. */
export function rememberAdmitted(stream: object, call: AdmittedCall): void {
  calls.set(stream, call);
}

/** What a call on a stream carries. */
export function grpcContextValues(request: IncomingMessage | Http2ServerRequest) {
  const stream = 'stream' in request ? request.stream : undefined;
  return createContextValues().set(admittedKey, stream && calls.get(stream));
}

/** Events and exposures over gRPC: hands the bytes on, as REST does. */
export function mountItemIngest(router: ConnectRouter, frame: Pick<Frame, 'context' | 'metrics' | 'nowMs'>): void {
  const send = async (request: SendItemsRequest, context: HandlerContext, exposuresOnly: boolean) => {
    const admitted = context.values.get(admittedKey);
    if (admitted === undefined) throw problem('UNAUTHENTICATED', 'Send an SDK key.');
    const { body, contentEncoding } = request;
    const call = {
      requestId: admitted.requestId,
      principal: admitted.caller.principal,
      deadlineMs: frame.nowMs() + Math.min(requestDeadlineMs, context.timeoutMs() ?? requestDeadlineMs),
    };
    const path = `/${context.service.typeName}/${context.method.name}`;
    try {
      if (body.length === 0) throw problem('MALFORMED_JSON', 'The body is empty.');
      if (contentEncoding.length > maxContentEncodingLength)
        throw problem('UNSUPPORTED_MEDIA_TYPE', 'content_encoding must be one of gzip, br and zstd, or left out.');
      const { accepted, repeatedItems, rejected, quarantined } = await withCall(call, () =>
        frame.context.call(Ingestion.method.ingest, { body, contentEncoding, exposuresOnly }),
      );
      countGrpcCall(frame, path, undefined);
      return {
        accepted,
        repeatedItems,
        rejected: rejected.map(({ index, id, code, message }) => ({ index, id, code, message })),
        quarantined: quarantined.map(({ index, id, eventKey }) => ({ index, id, eventKey })),
      };
    } catch (error) {
      countGrpcCall(frame, path, error);
      throw publicError(error);
    }
  };
  router.service(ItemIngest, {
    sendEvents: (request, context) => send(request, context, false),
    sendExposures: (request, context) => send(request, context, true),
  });
}

/** The problem of an error and nothing else of it, with what clients read without looking into details. */
function publicError(error: unknown): ConnectError {
  const { code: carried, detail, errors, retryAfterSeconds } = problemOf(error);
  const code = isProblemCode(carried) ? carried : 'INTERNAL';
  const told = problem(code, detail, { errors, retryAfterSeconds });
  told.metadata.set('stitchd-problem-code', code);
  if (retryAfterSeconds > 0) told.metadata.set('retry-after', String(retryAfterSeconds));
  return told;
}
