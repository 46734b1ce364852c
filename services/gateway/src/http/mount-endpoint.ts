import { problem, withCall, type Call } from '@stitchd/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '../identity/caller.ts';
import { bodyLimit, maxIdempotencyKeyLength, requestDeadlineMs } from '../limits.ts';
import type { Answer, CheckedEndpoint, Endpoint, EndpointInput } from '../rest/endpoint.ts';
import { noQuery } from '../rest/lists.ts';
import { admit } from './admit.ts';
import type { Frame } from './frame.ts';
import { openEventStream } from './open-event-stream.ts';
import { etagOf, versionOf } from './if-match.ts';
import { readRawBodies } from './json-body.ts';
import { readRefreshCookie, writeRefreshCookie } from './refresh-cookie.ts';
import { sendFile } from './send-file.ts';
import { verifyAnswer } from './verify-answer.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined on endpoints without credentials. */
    caller: Caller | undefined;
  }
  interface FastifyContextConfig {
    endpoint?: Endpoint;
  }
}

/** Serves one endpoint: who may ask, what a valid request is, and the call around its handler. */
export function mountEndpoint(server: FastifyInstance, endpoint: CheckedEndpoint, frame: Frame): void {
  if (endpoint.bytesBody !== undefined) {
    void server.register(async (scope) => {
      readRawBodies(scope, 'application/octet-stream');
      route(scope, endpoint, frame);
    });
  } else route(server, endpoint, frame);
}

function route(server: FastifyInstance, endpoint: CheckedEndpoint, frame: Frame): void {
  const validated = endpoint.access !== 'public';
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    bodyLimit: endpoint.bodyLimit ?? bodyLimit,
    config: { endpoint },
    schema: {
      ...(validated && { querystring: endpoint.query ?? noQuery }),
      ...(endpoint.body !== undefined && endpoint.bytesBody === undefined && { body: endpoint.body }),
    },
    async onRequest(request, reply) {
      request.caller = await admit(endpoint, request, reply, frame);
    },
    handler: (request, reply) => answer(endpoint, request, reply, frame),
  });
}

async function answer(
  endpoint: CheckedEndpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
): Promise<FastifyReply> {
  const params = request.params as Readonly<Record<string, string>>;
  if (endpoint.bytesBody !== undefined && !(request.body instanceof Uint8Array && request.body.length > 0))
    throw problem('MALFORMED_JSON', 'The body is empty.');
  const call: Call = {
    requestId: request.id,
    principal: request.caller?.principal,
    deadlineMs: frame.nowMs() + (endpoint.deadlineMs ?? requestDeadlineMs),
    idempotencyKey: endpoint.repeatable === true ? idempotencyKeyOf(request) : undefined,
  };
  const ifVersion = endpoint.ifMatch === undefined ? 0 : versionOf(request.headers['if-match'], endpoint.ifMatch === 'required');
  const principal =
    call.principal &&
    (await withCall(call, () =>
      frame.scope(call.principal as NonNullable<Call['principal']>, params['project'], params['environment']),
    ));
  const input: EndpointInput<string, unknown, unknown> = {
    params,
    query: request.query,
    body: request.body,
    ifVersion,
    principal,
    refreshToken: endpoint.access === 'cookie' ? readRefreshCookie(request) : undefined,
    headers: request.headers,
  };
  const answered = await withCall({ ...call, principal }, () => endpoint.handle(input, frame.context));
  if (frame.verifyAnswers) verifyAnswer(endpoint, answered);
  return send(endpoint, answered, request, reply, frame);
}

function send(
  endpoint: Endpoint,
  { status = endpoint.status, body, json, events, file, version, headers, refreshCookie }: Answer,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
): FastifyReply {
  reply.code(status).header('cache-control', 'no-store');
  if (headers !== undefined) reply.headers(headers);
  if (file !== undefined) return sendFile(file, request, reply, frame.log);
  if (events !== undefined) return openEventStream(events, endpoint, request, reply, frame);
  if (version !== undefined) reply.header('etag', etagOf(version));
  const isSecure = request.protocol === 'https' || (frame.context.publicUrl?.startsWith('https:') ?? false);
  if (refreshCookie !== undefined) writeRefreshCookie(reply, refreshCookie, isSecure);
  const text = json ?? (body === undefined ? undefined : JSON.stringify(body));
  return text === undefined ? reply.send() : reply.type('application/json; charset=utf-8').send(text);
}

/** @throws VALIDATION_FAILED */
function idempotencyKeyOf(request: FastifyRequest): string | undefined {
  const key = request.headers['idempotency-key'];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length <= maxIdempotencyKeyLength && /^[\x21-\x7e]+$/.test(key)) return key;
  throw problem('VALIDATION_FAILED', `Idempotency-Key must be 1 to ${maxIdempotencyKeyLength} visible ASCII characters.`, {
    errors: [{ path: 'Idempotency-Key', message: `must be 1 to ${maxIdempotencyKeyLength} visible ASCII characters` }],
  });
}
