import { problem, problemOf, type Logger } from '@stitchd/service-kit';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { retryAfterSeconds } from '../limits.ts';
import type { OfrepFailure } from '@stitchd/ofrep';
import type { Endpoint } from '../rest/endpoint.ts';
import { problemBody, type ProblemBody } from './problem-body.ts';
import { requestProblem } from './request-error.ts';

/** Answers an error as a problem; what is no problem is logged whole and told as INTERNAL. */
export function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply, log: Logger): FastifyReply {
  const known = requestProblem(error);
  const body = problemBody(known ?? problem('INTERNAL', problemOf(new Error()).detail), request.id);
  if (body.status >= 500 && (known === undefined || body.code === 'INTERNAL'))
    log.error({ requestId: request.id, err: error }, 'failed');
  const { retryAfterSeconds: told } = problemOf(known ?? error);
  if (told > 0) reply.header('retry-after', told);
  if (body.status === 401) reply.header('www-authenticate', 'Bearer');
  if (body.status === 503 && !reply.hasHeader('retry-after')) reply.header('retry-after', retryAfterSeconds.unavailable);
  if (body.status === 429 && !reply.hasHeader('retry-after')) reply.header('retry-after', retryAfterSeconds.limited);
  reply.header('cache-control', 'no-store').code(body.status);
  const endpoint = (request.routeOptions.config as { readonly endpoint?: Endpoint }).endpoint;
  if (endpoint?.ofrep === true && body.status === 400) return reply.send(ofrepFailure(body, request));
  return reply.type('application/problem+json').send(JSON.stringify(body));
}

function ofrepFailure(body: ProblemBody, request: FastifyRequest): OfrepFailure {
  const key = (request.params as { readonly flag?: string }).flag;
  return {
    ...(key !== undefined && { key }),
    errorCode: body.code === 'MALFORMED_JSON' ? 'PARSE_ERROR' : 'INVALID_CONTEXT',
    errorDetails: body.errors?.map(({ path, message }) => `${path} ${message}`.trim()).join('; ') ?? body.detail,
  };
}

/** Every error of every route goes through one place. */
export function answerErrors(server: FastifyInstance, log: Logger): void {
  server.setErrorHandler((error, request, reply) => sendProblem(error, request, reply, log));
}
