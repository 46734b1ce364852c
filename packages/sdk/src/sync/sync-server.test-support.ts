import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { checksumOf, type Entity, type FlagDefinition } from '@stitchd/core';
import { SyncMessageSchema, SyncRequestSchema, type SyncRequest } from '@stitchd/proto/sync/v1/sync';
import { createFrameDecoder, encodeFrame } from '../node/grpc-frames.ts';

/** A FlagSync server on a real port that does exactly what a test tells it. */
export interface SyncServer {
  readonly url: string;
  readonly requests: SyncRequest[];
  readonly keys: string[];
  readonly streams: Set<ServerHttp2Stream>;
  /** What a new stream is answered with. */
  answer: (stream: ServerHttp2Stream, request: SyncRequest) => void;
  /** What the answers' headers name; nothing where it is undefined. */
  environmentId: string | undefined;
  readonly send: (message: {
    revision: number;
    fromRevision?: number;
    entities?: readonly Entity[];
    checksum?: bigint;
    last?: boolean;
  }) => void;
  readonly close: () => Promise<void>;
}

export function flagEntity(key: string, revision: number, change: Partial<FlagDefinition> = {}): Entity {
  const definition: FlagDefinition = {
    key,
    type: 'boolean',
    archived: false,
    clientVisible: false,
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    offVariant: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: 'on' },
    ...change,
  };
  return { kind: 'flag', id: key, revision, body: JSON.stringify(definition) };
}

/** A server that sends a snapshot to each new stream. */
export async function startSnapshotServer(entities: readonly Entity[], port = 0): Promise<SyncServer> {
  const server = await startSyncServer(port);
  const { answer } = server;
  server.answer = (stream, request) => {
    answer(stream, request);
    server.send({ revision: 1, entities });
  };
  return server;
}

export async function startSyncServer(port = 0): Promise<SyncServer> {
  const streams = new Set<ServerHttp2Stream>();
  const sessions = new Set<ServerHttp2Session>();
  const server: Http2Server = createServer();
  server.on('session', (session) => void sessions.add(session));
  server.on('stream', (stream, headers) => {
    self.keys.push(String(headers['x-stitchd-sdk-key']));
    stream.on('error', () => undefined);
    stream.on('close', () => streams.delete(stream));
    const decode = createFrameDecoder(1_048_576, (bytes) => {
      const request = fromBinary(SyncRequestSchema, bytes);
      self.requests.push(request);
      streams.add(stream);
      self.answer(stream, request);
    });
    stream.on('data', decode);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const self: SyncServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    keys: [],
    streams,
    environmentId: 'environment-1',
    answer: (stream) =>
      stream.respond({
        ':status': 200,
        'content-type': 'application/grpc',
        ...(self.environmentId !== undefined && { 'stitchd-environment-id': self.environmentId }),
      }),
    send({ revision, fromRevision = 0, entities = [], checksum = checksumOf(entities), last = true }) {
      const message = create(SyncMessageSchema, {
        revision: BigInt(revision),
        fromRevision: BigInt(fromRevision),
        last,
        checksum,
        entities: entities.map((entity) => ({
          ...entity,
          revision: BigInt(entity.revision),
          body: new TextEncoder().encode(entity.body),
        })),
      });
      for (const stream of streams) stream.write(encodeFrame(toBinary(SyncMessageSchema, message)));
    },
    async close() {
      for (const session of sessions) session.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
  return self;
}
