import { createServer, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { create, toBinary } from '@bufbuild/protobuf';
import type { ReplicaMessageJson } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { encodeFrame } from '../../packages/sdk/src/node/grpc-frames.ts';
import { startSyncServer } from '../../packages/sdk/src/sync/sync-server.test-support.ts';

/** A server that sends an SDK exactly the messages that it is told to. */
export interface MessageServer {
  readonly url: string;
  /** Streams that are open. */
  readonly open: () => number;
  /** How often a stream was asked for. */
  readonly asked: () => number;
  /** Whether the last one who asked said to have nothing, so that a snapshot must come. */
  readonly wantsSnapshot: () => boolean;
  readonly send: (message: ReplicaMessageJson) => void;
  readonly close: () => Promise<void>;
}

function encoded(message: ReplicaMessageJson): Uint8Array {
  const { checksum, entities, removed, ...rest } = message;
  return toBinary(
    SyncMessageSchema,
    create(SyncMessageSchema, {
      last: rest.last,
      revision: BigInt(rest.revision),
      fromRevision: BigInt(rest.fromRevision),
      checksum: BigInt(`0x${checksum}`),
      entities: entities.map((entity) => ({
        ...entity,
        revision: BigInt(entity.revision),
        body: new TextEncoder().encode(entity.body),
      })),
      removed: removed.map((reference) => ({ ...reference })),
    }),
  );
}

/** FlagSync over HTTP/2. */
export async function startGrpcServer(): Promise<MessageServer> {
  const server = await startSyncServer();
  return {
    url: server.url,
    open: () => server.streams.size,
    asked: () => server.requests.length,
    wantsSnapshot: () => server.requests.at(-1)?.haveRevision === 0n,
    send(message) {
      for (const stream of server.streams) stream.write(encodeFrame(encoded(message)));
    },
    close: server.close,
  };
}

/** The same messages as server-sent events. */
export async function startEventServer(): Promise<MessageServer> {
  const streams = new Set<ServerResponse>();
  const lastIds: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    lastIds.push(request.headers['last-event-id'] as string | undefined);
    response.writeHead(200, { 'content-type': 'text/event-stream', 'stitchd-environment-id': 'environment-1' });
    response.flushHeaders();
    streams.add(response);
    response.on('close', () => streams.delete(response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => streams.size,
    asked: () => lastIds.length,
    wantsSnapshot: () => lastIds.at(-1) === undefined,
    send(message) {
      const event = `event: message\nid: ${message.revision}-${message.checksum}\ndata: ${JSON.stringify(message)}\n\n`;
      for (const stream of streams) stream.write(event);
    },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
