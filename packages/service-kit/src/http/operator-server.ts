import { createServer, type Server, type ServerResponse } from 'node:http';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Unready } from '../define-service.ts';
import { listen } from '../rpc/listen.ts';
import type { MadeService } from '../run/make-service.ts';

export interface OperatorServer {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** What keeps the services of this process from working, by service and dependency. */
export async function unreadyServices(services: readonly MadeService[]): Promise<Readonly<Record<string, Unready>>> {
  const asked = await Promise.all(
    services.map(async ({ definition, instance }) => [definition.name, (await instance.unready?.()) ?? {}] as const),
  );
  return Object.fromEntries(asked.filter(([, unready]) => Object.keys(unready).length > 0));
}

/**
 * `/healthz` (this process runs), `/readyz` (it and its stores can work; else 503 with the causes) and `/metrics`
 * (Prometheus text) for operators.
 */
export async function startOperatorServer(options: {
  readonly host: string;
  readonly port: number;
  readonly portVariable: string;
  /** The services as far as they have been made: a process that still waits for its schema has none. */
  readonly services: () => readonly MadeService[];
  /** What else keeps the process from being ready. */
  readonly waitingFor?: () => Unready;
}): Promise<OperatorServer> {
  const processRegistry = new Registry();
  collectDefaultMetrics({ register: processRegistry, prefix: 'stitchd_' });
  const server = createServer((request, response) => {
    void answer(request.url ?? '/', options.services(), processRegistry, options.waitingFor?.() ?? {}, response);
  });
  const port = await listen(server, options.host, options.port, options.portVariable);
  return { port, close: () => closeHttpServer(server) };
}

async function answer(
  url: string,
  services: readonly MadeService[],
  processRegistry: Registry,
  waitingFor: Unready,
  response: ServerResponse,
): Promise<void> {
  switch (url.split('?')[0]) {
    case '/healthz':
      return json(response, 200, { status: 'ok' });
    case '/readyz': {
      const unready = {
        ...(await unreadyServices(services)),
        ...(Object.keys(waitingFor).length > 0 && { process: waitingFor }),
      };
      const ready = Object.keys(unready).length === 0;
      return json(response, ready ? 200 : 503, ready ? { status: 'ready' } : { status: 'unready', unready });
    }
    case '/metrics': {
      const texts = await Promise.all(
        [processRegistry, ...services.map(({ registry }) => registry)].map((registry) => registry.metrics()),
      );
      response.writeHead(200, { 'content-type': Registry.PROMETHEUS_CONTENT_TYPE });
      response.end(mergeMetrics(texts));
      return;
    }
    default:
      return json(response, 404, { status: 'not found', paths: ['/healthz', '/readyz', '/metrics'] });
  }
}

/** Prometheus wants each HELP and TYPE once and all samples of a name together; services of one process share names. */
function mergeMetrics(texts: readonly string[]): string {
  const blocks = new Map<string, string[]>();
  for (const text of texts) {
    for (const block of text.split(/(?=^# HELP )/m)) {
      const name = /^# HELP (\S+)/.exec(block)?.[1];
      if (name === undefined) continue;
      const lines = block.trimEnd().split('\n');
      const known = blocks.get(name);
      blocks.set(name, known ? [...known, ...lines.filter((line) => !line.startsWith('#'))] : lines);
    }
  }
  return `${[...blocks.values()].map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

function closeHttpServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
