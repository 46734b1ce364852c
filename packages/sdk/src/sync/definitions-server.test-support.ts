import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer as readBytes } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import {
  checksumOf,
  type DefinitionsDocument,
  type Entity,
  type ReplicaMessage,
  writeDefinitionsDocument,
  writeReplicaMessage,
} from '@stitchd/core';

/** Definitions over HTTP on a real port, by polling and by server-sent events; tests may answer otherwise. */
export interface DefinitionsServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
  /** Requests by the end of their path. */
  readonly count: (end: 'definitions' | 'stream') => number;
  /** Items of events that were sent. */
  readonly items: unknown[];
  readonly publish: (revision: number, entities: readonly Entity[]) => void;
  /** Writes to all open streams as it is. */
  readonly write: (text: string) => void;
  readonly sendMessage: (message: ReplicaMessage) => void;
  /** Ends all streams. */
  readonly hangUp: () => void;
  /** What is answered instead; undefined for what a gateway would answer. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | undefined;
  /** Answers as a gateway would. */
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  readonly close: () => Promise<void>;
}

export const testEnvironmentId = 'environment-1';

export function documentOf(
  revision: number,
  entities: readonly Entity[],
  environmentId = testEnvironmentId,
): DefinitionsDocument {
  const state = { revision: BigInt(revision), checksum: checksumOf(entities), entities: () => entities };
  return writeDefinitionsDocument(state, environmentId);
}

export function snapshotOf(revision: number, entities: readonly Entity[]): ReplicaMessage {
  return { revision, fromRevision: 0, last: true, checksum: checksumOf(entities), entities, removed: [] };
}

export async function startDefinitionsServer(port = 0): Promise<DefinitionsServer> {
  const streams = new Set<ServerResponse>();
  let document = documentOf(0, []);
  const headers = { 'stitchd-environment-id': testEnvironmentId };
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url === '/v1/sdk/events') return void takeItems(request, response, self.items);
    if (request.url === '/v1/sdk/definitions/stream') {
      streams.add(response);
      response.on('close', () => streams.delete(response));
      response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' });
      const id = `${document.revision}-${document.checksum}`;
      const isThere = request.headers['last-event-id'] === id;
      const { revision, checksum, entities } = document;
      const message = { revision, checksum: BigInt(`0x${checksum}`), last: true, removed: [] };
      return void response.write(
        eventOf(isThere ? { ...message, fromRevision: revision, entities: [] } : { ...message, fromRevision: 0, entities }),
      );
    }
    const etag = `"${document.revision}-${document.checksum}"`;
    if (request.headers['if-none-match'] === etag) return void response.writeHead(304, { ...headers, etag }).end();
    return void response
      .writeHead(200, { ...headers, etag, 'content-type': 'application/json; charset=utf-8' })
      .end(JSON.stringify(document));
  };
  const server = createServer((request, response) => {
    self.requests.push(request);
    (self.answer ?? serve)(request, response);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const write = (text: string): void => {
    for (const stream of streams) stream.write(text);
  };
  const self: DefinitionsServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    items: [],
    count: (end) => self.requests.filter(({ url }) => url?.endsWith(`/${end}`)).length,
    publish(revision, entities) {
      document = documentOf(revision, entities);
    },
    write,
    sendMessage: (message) => write(eventOf(message)),
    hangUp() {
      for (const stream of streams) stream.end();
    },
    answer: undefined,
    serve,
    async close() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
  };
  return self;
}

async function takeItems(request: IncomingMessage, response: ServerResponse, into: unknown[]): Promise<void> {
  const body = await readBytes(request);
  const text = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
  const { items } = JSON.parse(text) as { items: unknown[] };
  into.push(...items);
  response.writeHead(202, { 'content-type': 'application/json' }).end(JSON.stringify({ accepted: items.length, rejected: [] }));
}

export function eventOf(message: ReplicaMessage): string {
  return `id: ${message.revision}-${message.checksum.toString(16)}\ndata: ${JSON.stringify(writeReplicaMessage(message))}\n\n`;
}
