import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

/** A site of another origin than the product's. */
export interface ServedPage {
  readonly url: string;
  /** What the server puts into the page's root. */
  render: (cookie: string | undefined) => Promise<string>;
  readonly close: () => void;
}

const entry = fileURLToPath(new URL('page.test-support.ts', import.meta.url));

async function bundle(): Promise<string> {
  const built = await rolldown({
    input: entry,
    platform: 'browser',
    resolve: { conditionNames: ['stitchd-source', 'browser', 'import', 'default'] },
    // React tells of mismatches in development only.
    transform: { define: { 'process.env.NODE_ENV': '"development"' } },
  });
  const { output } = await built.generate({ format: 'iife' });
  await built.close();
  return output[0].code;
}

/** Serves one page with the SDK in it, on a port of its own. */
export async function servePage(): Promise<ServedPage> {
  const script = await bundle();
  const served: Pick<ServedPage, 'render'> = { render: () => Promise.resolve('') };
  const server: Server = createServer((request, response) => {
    if (request.url === '/page.js') {
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(script);
      return;
    }
    const html = (root: string): string =>
      `<!doctype html><link rel="icon" href="data:,"><div id="root">${root}</div><script src="/page.js"></script>`;
    served.render(request.headers.cookie).then(
      (root) => response.writeHead(200, { 'content-type': 'text/html' }).end(html(root)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return Object.assign(served, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  });
}
