import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A message as it arrived. */
export interface ReceivedMessage {
  readonly headers: IncomingHttpHeaders;
  /** Byte for byte what was signed. */
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A real receiver of webhooks on loopback. */
export interface WebhookReceiver {
  readonly port: number;
  readonly received: ReceivedMessage[];
  /** How many were being answered at once, at most. */
  readonly mostAtOnce: () => number;
  /** What answers from now on: a status, or a function that answers when it likes. */
  readonly answerWith: (answer: number | ((response: ServerResponse) => void)) => void;
  readonly stop: () => Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const received: ReceivedMessage[] = [];
  let answer: number | ((response: ServerResponse) => void) = 204;
  let atOnce = 0;
  let most = 0;
  const server = createServer(async (request, response) => {
    most = Math.max(most, ++atOnce);
    response.once('close', () => atOnce--);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    received.push({ headers: request.headers, text, body: JSON.parse(text) as ReceivedMessage['body'] });
    if (typeof answer === 'function') answer(response);
    else response.writeHead(answer).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    received,
    mostAtOnce: () => most,
    answerWith: (next) => (answer = next),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
