import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import { connectNodeAdapter } from '@connectrpc/connect-node';
import { FlagSync } from '@stitchd/proto/sync/v1/sync';
import { mountHealth, mountReflection, type Unready } from '@stitchd/service-kit';
import { maxGrpcConnections, maxStreamsPerConnection, sessionPingMs } from '../limits.ts';
import { endSilentSessions } from './end-silent-sessions.ts';
import { syncPath } from './serve-sync.ts';

/**
 * The public gRPC server. FlagSync's streams go to their handler as they are; health and reflection go through ConnectRPC,
 * whose request and response objects would cost each stream several kilobytes.
 */
export function createGrpcServer(options: {
  readonly onSync: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;
  readonly isReady: () => Promise<boolean>;
}): Http2Server {
  // Never listens: it only makes requests and responses of streams that are handed to it.
  const others = createServer(
    connectNodeAdapter({
      routes(router) {
        const unready = async (): Promise<Unready> => ((await options.isReady()) ? {} : { process: 'is stopping' });
        mountHealth(router, [FlagSync.typeName], unready, 'public');
        mountReflection(router, [FlagSync]);
      },
    }),
  );
  const server = createServer({ settings: { maxConcurrentStreams: maxStreamsPerConnection } });
  server.maxConnections = maxGrpcConnections;
  endSilentSessions(server, sessionPingMs);
  server.on('stream', (stream, headers, ...rest) => {
    if (headers[':path'] === syncPath) options.onSync(stream, headers);
    else others.emit('stream', stream, headers, ...rest);
  });
  return server;
}
