import { problem } from '@stitchd/service-kit';
import type { FastifyInstance } from 'fastify';

/** What answers no path of the admin UI: unknown paths below these are problems, never a page. */
const ownPaths = ['/v1', '/ofrep', '/docs', '/openapi.json', '/problems', '/healthz', '/readyz', '/assets'];

/** Paths that nobody serves are pages of the admin UI where a browser navigates to them, and else a problem. */
export function answerUnknownPaths(server: FastifyInstance, hasAdmin: boolean): void {
  server.setNotFoundHandler((request, reply) => {
    const [path = '/'] = request.url.split('?');
    const isPage =
      (request.method === 'GET' || request.method === 'HEAD') && (request.headers.accept ?? '').includes('text/html');
    const isOwn = ownPaths.some((own) => path === own || path.startsWith(`${own}/`));
    if (hasAdmin && isPage && !isOwn) return reply.header('cache-control', 'no-cache').sendFile('index.html');
    throw problem('NOT_FOUND', `There is nothing at ${path.slice(0, 200)}.`);
  });
}
