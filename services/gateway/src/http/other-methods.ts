import { problem } from '@stitchd/service-kit';
import type { FastifyInstance, HTTPMethods } from 'fastify';
import type { Endpoint } from '../rest/endpoint.ts';
import { corsHeaders } from './origin.ts';

const methods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'];

/** Answers the methods that a path has no endpoint for: OPTIONS says which it has, the others are refused. */
export function refuseOtherMethods(server: FastifyInstance, endpoints: readonly Endpoint[]): void {
  for (const url of new Set(endpoints.map((endpoint) => endpoint.url))) {
    const own = endpoints.filter((endpoint) => endpoint.url === url);
    const served = new Set<string>(own.map(({ method }) => method));
    if (served.has('GET')) served.add('HEAD');
    served.add('OPTIONS');
    const allow = [...served].join(', ');
    const isCrossOrigin = own.some(({ crossOrigin }) => crossOrigin === true);
    server.route({
      method: methods.filter((method) => method === 'OPTIONS' || !served.has(method)),
      url,
      // Before the body is looked at: what it is does not matter.
      async onRequest(request, reply) {
        reply.header('allow', allow);
        if (request.method !== 'OPTIONS')
          throw problem('METHOD_NOT_ALLOWED', `${request.method} is not allowed here; ${allow} are.`);
        if (isCrossOrigin && request.headers.origin !== undefined)
          reply.headers({ ...corsHeaders, 'access-control-allow-origin': request.headers.origin, vary: 'Origin' });
        return reply.code(204).send();
      },
      handler: async () => undefined,
    });
  }
}
