import cookie from '@fastify/cookie';
import { problem } from '@stitchd/service-kit';
import Fastify, { type FastifyInstance } from 'fastify';
import type { z } from 'zod';
import { serveAdmin } from '../admin/serve-admin.ts';
import { bodyLimit, keepAliveMs, maxPathPartLength, requestReceiveMs } from '../limits.ts';
import { endpoints } from '../rest/endpoints.ts';
import { serveDocumentation } from './documentation.ts';
import type { Frame } from './frame.ts';
import { readJsonBodies } from './json-body.ts';
import { mountDirectEndpoints } from './mount-direct-endpoint.ts';
import { mountEndpoint } from './mount-endpoint.ts';
import { answerUnknownPaths } from './not-found.ts';
import { observeRequests } from './observe-requests.ts';
import { refuseOtherMethods } from './other-methods.ts';
import { requestIdOf } from './request-id.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { answerErrors, sendProblem } from './send-problem.ts';
import { validationProblem } from './validation-problem.ts';

/** The REST server with every endpoint, the reference and the admin UI's files; it does not listen yet. */
export async function createHttpServer(frame: Frame): Promise<FastifyInstance> {
  const { log } = frame;
  const server: FastifyInstance = Fastify({
    logger: false,
    // Nothing that is registered waits for anything: on a busy machine it takes as long as it takes.
    pluginTimeout: 0,
    genReqId: (request) => requestIdOf(request.headers['x-request-id']),
    bodyLimit,
    requestTimeout: requestReceiveMs,
    keepAliveTimeout: keepAliveMs,
    forceCloseConnections: 'idle',
    // While it drains, requests on open connections are still answered.
    return503OnClosing: false,
    routerOptions: { maxParamLength: maxPathPartLength },
    trustProxy: frame.isTrustedProxy,
    frameworkErrors: (error, request, reply) => void sendProblem(error, request, reply, log),
  });
  server.decorateRequest('caller', undefined);
  answerErrors(server, log);
  observeRequests(server, frame);
  const direct = endpoints.filter((endpoint) => 'direct' in endpoint);
  await server.register(async (scope) => mountDirectEndpoints(scope, direct, frame));
  await server.register(async (scope) => serveTheRest(scope, frame));
  await server.ready();
  return server;
}

/** What has hooks that direct endpoints go without: its own scope keeps them to itself. */
async function serveTheRest(server: FastifyInstance, frame: Frame): Promise<void> {
  readJsonBodies(server);
  server.setValidatorCompiler<z.ZodType>(({ schema, httpPart }) => (data) => {
    const parsed = schema.safeParse(data);
    if (parsed.success) return { value: parsed.data };
    if (httpPart === 'body' && data === undefined) return { error: problem('VALIDATION_FAILED', 'The body is missing.') };
    return { error: validationProblem(httpPart === 'querystring' ? 'query' : 'body', parsed.error.issues) };
  });
  await addSecurityHeaders(server);
  await server.register(cookie);
  await serveDocumentation(server);
  for (const endpoint of endpoints) if ('handle' in endpoint) mountEndpoint(server, endpoint, frame);
  refuseOtherMethods(server, endpoints);
  answerUnknownPaths(server, await serveAdmin(server, frame.config.adminDirectory));
}
