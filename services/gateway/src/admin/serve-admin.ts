import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

/** Where the repository's build puts the admin UI, seen from here. */
const builtAdmin = fileURLToPath(new URL('../../../../apps/admin/dist', import.meta.url));

/** Serves the admin UI's files where it was built; answers whether it was. */
export async function serveAdmin(server: FastifyInstance, directory: string | undefined): Promise<boolean> {
  const root = path.resolve(directory ?? builtAdmin);
  if (!existsSync(path.join(root, 'index.html'))) return false;
  await server.register(fastifyStatic, {
    root,
    wildcard: false,
    index: 'index.html',
    cacheControl: false,
    setHeaders(reply, file) {
      // Names of assets change with their content; pages must be asked for each time.
      const isAsset = path.relative(root, file).startsWith(`assets${path.sep}`);
      void reply.header('cache-control', isAsset ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  return true;
}
