import type { OutgoingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyLimit } from '../limits.ts';
import type { DirectAnswer, DirectEndpoint } from '../rest/endpoint.ts';
import { admit, admitKnown } from './admit.ts';
import type { Frame } from './frame.ts';
import { readRawBodies } from './json-body.ts';
import { verifyAnswer } from './verify-answer.ts';

/** What a browser may make of an answer that is never a page. */
const apiHeaders = {
  'cache-control': 'no-store',
  'content-type': 'application/json; charset=utf-8',
  'x-content-type-options': 'nosniff',
} as const;

/**
 * Serves the endpoints that carry most of the traffic, of items and remote evaluation: the same admission, limits, errors and metrics
 * as everywhere, without what only pages and the admin interface need, and without a promise where nothing is waited for.
 */
export function mountDirectEndpoints(server: FastifyInstance, endpoints: readonly DirectEndpoint[], frame: Frame): void {
  void server.register(async (scope) => {
    readRawBodies(scope, 'application/json');
    for (const endpoint of endpoints) if (endpoint.rawBody === true) mount(scope, endpoint, frame);
  });
  void server.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => done(null, body));
    for (const endpoint of endpoints) if (endpoint.rawBody !== true) mount(scope, endpoint, frame);
  });
}

const noBytes = new Uint8Array();

function mount(server: FastifyInstance, endpoint: DirectEndpoint, frame: Frame): void {
  server.route({
    method: endpoint.method,
    url: endpoint.url,
    bodyLimit: endpoint.bodyLimit ?? bodyLimit,
    config: { endpoint },
    onRequest(request, reply, done) {
      const caller = known(endpoint, request, reply, frame);
      if (caller === undefined) return void askFirst(endpoint, request, reply, frame, done);
      if (caller instanceof Error) return done(caller);
      request.caller = caller;
      return done();
    },
    handler(request, reply) {
      const answered = endpoint.direct(
        {
          params: request.params as Readonly<Record<string, string>>,
          query: request.query as Readonly<Record<string, unknown>>,
          text: typeof request.body === 'string' ? request.body : '',
          bytes: request.body instanceof Uint8Array ? request.body : noBytes,
          caller: request.caller,
          requestId: request.id,
          headers: request.headers,
        },
        frame.context,
      );
      if (answered instanceof Promise) return answered.then((answer) => send(endpoint, answer, reply, frame));
      send(endpoint, answered, reply, frame);
      return undefined;
    },
  });
}

async function askFirst(
  endpoint: DirectEndpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  frame: Frame,
  done: (error?: Error) => void,
): Promise<void> {
  try {
    request.caller = await admit(endpoint, request, reply, frame);
  } catch (error) {
    return done(asError(error));
  }
  return done();
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

function known(endpoint: DirectEndpoint, request: FastifyRequest, reply: FastifyReply, frame: Frame) {
  try {
    return admitKnown(endpoint, request, reply, frame);
  } catch (error) {
    return asError(error);
  }
}

/** Writes the answer by itself: that its text is ASCII is known here, so that nobody has to count or encode its bytes. */
function send(endpoint: DirectEndpoint, { status, text = '', headers }: DirectAnswer, reply: FastifyReply, frame: Frame): void {
  if (frame.verifyAnswers)
    verifyAnswer(endpoint, { status, ...(text !== '' && { json: text }), ...(headers !== undefined && { headers }) });
  reply.hijack();
  const kept = reply.getHeaders() as OutgoingHttpHeaders;
  reply.raw.writeHead(status, { ...kept, ...apiHeaders, ...headers, 'content-length': text.length });
  reply.raw.end(text, 'latin1');
}
