import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { fromBinary } from '@bufbuild/protobuf';
import { SyncRequestSchema } from '@stitchd/proto/sync/v1/sync';
import { problem, withCall, type Logger } from '@stitchd/service-kit';
import { rateLimited, type RateLimits } from '../http/rate-limits.ts';
import { requestIdOf } from '../http/request-id.ts';
import type { Authentication } from '../identity/authenticate.ts';
import { credentialsOf } from '../identity/credentials.ts';
import type { KeyCaller } from '../identity/key-identities.ts';
import { maxSyncRequestBytes, requestDeadlineMs, syncRequestMs } from '../limits.ts';
import type { GatewayMetrics } from '../observe/gateway-metrics.ts';
import type { Feeds } from './feeds.ts';
import { readGrpcRequest } from './grpc-frame.ts';
import { statusTrailers } from './grpc-status.ts';
import { createSyncStream } from './sync-stream.ts';

export const syncPath = '/stitchd.sync.v1.FlagSync/SyncDefinitions';

export interface SyncService {
  readonly authentication: Authentication;
  readonly rateLimits: RateLimits;
  readonly feeds: Feeds;
  readonly metrics: GatewayMetrics;
  readonly maxStreams: number;
  readonly isDraining: () => boolean;
  readonly nowMs: () => number;
  readonly log: Logger;
}

const grpcHeaders = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** Answers SyncDefinitions: by hand, since one frame is made for all streams and each stream costs as little as it can. */
export function createSyncHandler(service: SyncService): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  let open = 0;

  async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
    const [caller, request] = await Promise.all([
      identify(service, headers),
      readGrpcRequest(stream, { bytes: maxSyncRequestBytes, ms: syncRequestMs }),
    ]);
    if (service.isDraining()) throw problem('SERVICE_UNAVAILABLE', 'This gateway is stopping; connect to another.');
    if (open >= service.maxStreams) throw problem('RATE_LIMITED', `This gateway holds ${service.maxStreams} streams already.`);
    const { haveRevision, haveChecksum } = fromBinary(SyncRequestSchema, request);
    const feed = service.feeds.of(caller.principal);
    stream.respond({ ...grpcHeaders, 'grpc-encoding': 'identity' }, { waitForTrailers: true });
    const follower = createSyncStream({
      stream,
      keyHash: caller.keyHash,
      have: { revision: haveRevision, checksum: haveChecksum },
      nowMs: service.nowMs,
      onWritten: (kind) => service.metrics.syncMessages.inc({ kind }),
    });
    service.metrics.streams.set(++open);
    stream.once('close', () => {
      feed.remove(follower);
      service.metrics.streams.set(--open);
    });
    feed.add(follower);
  }

  return (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] !== 'POST' || headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    serve(stream, headers).catch((error: unknown) => {
      service.log.debug({ err: error }, 'a sync stream was refused');
      if (stream.destroyed || stream.headersSent) return stream.destroy();
      return stream.respond({ ...grpcHeaders, ...statusTrailers(error) }, { endStream: true });
    });
  };
}

async function identify({ authentication, rateLimits, nowMs }: SyncService, headers: IncomingHttpHeaders): Promise<KeyCaller> {
  const credentials = credentialsOf(headers);
  const call = {
    requestId: requestIdOf(headers['x-request-id']),
    principal: undefined,
    deadlineMs: nowMs() + requestDeadlineMs,
  };
  const caller = await withCall(call, () => authentication.authenticate('server-key', credentials));
  const seconds = caller && (await rateLimits.takeOf(caller.principal));
  if (seconds !== undefined) throw rateLimited(seconds);
  return caller as KeyCaller;
}
