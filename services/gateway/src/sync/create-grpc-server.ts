import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { ItemIngest } from '@stitchd/proto/ingest/v1/ingest';
import { FlagSync } from '@stitchd/proto/sync/v1/sync';
import { mountHealth, mountReflection, type Unready } from '@stitchd/service-kit';
import type { Frame } from '../http/frame.ts';
import { admitGrpcCalls } from '../ingest/admit-grpc.ts';
import { grpcContextValues, ingestPathPrefix, mountItemIngest, rememberAdmitted } from '../ingest/grpc-ingest.ts';
import { maxGrpcConnections, maxGrpcMessageBytes, maxStreamsPerConnection, sessionPingMs } from '../limits.ts';
import { endSilentSessions } from './end-silent-sessions.ts';
import { syncPath } from './serve-sync.ts';

/**
 * The public gRPC server. FlagSync's streams go to their handler as they are; all others go through ConnectRPC, whose request
 * and response objects would cost each stream several kilobytes; those that carry items once their key was checked.
 */
export function createGrpcServer(options: {
  readonly frame: Frame;
  readonly onSync: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  readonly isReady: () => Promise<boolean>;
}): Http2Server {
  // Never listens: it only makes requests and responses of streams that are handed to it.
  const others = createServer(
    connectNodeAdapter({
      routes(router) {
        const unready = async (): Promise<Unready> => ((await options.isReady()) ? {} : { process: 'is stopping' });
        mountHealth(router, [FlagSync.typeName, ItemIngest.typeName], unready, 'public');
        mountReflection(router, [FlagSync, ItemIngest]);
        mountItemIngest(router, options.frame);
      },
      contextValues: grpcContextValues,
      readMaxBytes: maxGrpcMessageBytes,
    }),
  );
  const server = createServer({ settings: { maxConcurrentStreams: maxStreamsPerConnection } });
  server.maxConnections = maxGrpcConnections;
  endSilentSessions(server, sessionPingMs);
  server.on('stream', (stream, headers, ...rest) => {
    const path = headers[':path'] ?? '';
    if (path === syncPath) return options.onSync(stream, headers);
    if (!path.startsWith(ingestPathPrefix)) return void others.emit('stream', stream, headers, ...rest);
    const pass = admitGrpcCalls(options.frame, (admitted, call) => {
      rememberAdmitted(admitted, call);
      others.emit('stream', stream, headers, ...rest);
    });
    return pass(stream, headers);
  });
  return server;
}
