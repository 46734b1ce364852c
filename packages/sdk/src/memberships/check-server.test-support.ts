import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

type Question = { readonly segmentKey: string; readonly contextKey: string };
type Reply = { readonly status: number; readonly body: string; readonly headers?: Readonly<Record<string, string>> };

/** A server of the list-segment check on a real port, which knows lists by their keys. */
export interface CheckServer {
  readonly url: string;
  /** Keys by list; a list that is not here is unknown. */
  readonly lists: Map<string, Set<string>>;
  /** The batches that came, as they came. */
  readonly batches: (readonly Question[])[];
  readonly headers: IncomingHttpHeaders[];
  /** What is answered instead, where it is set. */
  reply: ((questions: readonly Question[]) => Reply | undefined) | undefined;
  /** Answers wait for it. */
  gate: Promise<void> | undefined;
  readonly close: () => Promise<void>;
}

export async function startCheckServer(): Promise<CheckServer> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { questions } = JSON.parse(Buffer.concat(chunks).toString()) as { readonly questions: readonly Question[] };
    self.batches.push(questions);
    self.headers.push(request.headers);
    await self.gate;
    const answers = questions.map(({ segmentKey, contextKey }) => {
      const list = self.lists.get(segmentKey);
      return {
        segmentKey,
        contextKey,
        outcome: list === undefined ? 'unknown-segment' : list.has(contextKey) ? 'member' : 'not-member',
      };
    });
    const { status, body, headers } = self.reply?.(questions) ?? { status: 200, body: JSON.stringify({ answers }), headers: {} };
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const self: CheckServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lists: new Map(),
    batches: [],
    headers: [],
    reply: undefined,
    gate: undefined,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}
