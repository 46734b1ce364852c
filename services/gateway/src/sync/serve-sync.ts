import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { fromBinary } from '@bufbuild/protobuf';
import { SyncRequestSchema } from '@stitchd/proto/sync/v1/sync';
import { problem, type Logger } from '@stitchd/service-kit';
import { rateLimited, type RateLimits } from '../http/rate-limits.ts';
import { requestIdOf } from '../http/request-id.ts';
import type { Authentication } from '../identity/authenticate.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { identify, type IdentifiedRequest } from '../identity/identify.ts';
import { clientAddressOf, type IsTrustedProxy } from '../identity/trusted-proxies.ts';
import { maxSyncRequestBytes, syncRequestMs } from '../limits.ts';
import type { GatewayMetrics } from '../observe/gateway-metrics.ts';
import type { Feeds } from './feeds.ts';
import { readGrpcRequest } from './grpc-frame.ts';
import { statusTrailers } from './grpc-status.ts';
import { createGrpcSink } from './grpc-sink.ts';
import type { StreamPlace, StreamPlaces } from './stream-places.ts';
import { createSyncStream } from './sync-stream.ts';

export const syncPath = '/stitchd.sync.v1.FlagSync/SyncDefinitions';

export interface SyncService {
  readonly authentication: Authentication;
  readonly rateLimits: RateLimits;
  readonly isTrustedProxy: IsTrustedProxy;
  readonly feeds: Feeds;
  readonly metrics: GatewayMetrics;
  readonly places: StreamPlaces;
  readonly nowMs: () => number;
  readonly log: Logger;
}

const grpcHeaders = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** Answers SyncDefinitions: by hand, since one frame is made for all streams and each stream costs as little as it can. */
export function createSyncHandler(service: SyncService): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders, place: StreamPlace): Promise<void> {
    const credentials = credentialsOf(headers);
    const peer = stream.session?.socket.remoteAddress ?? '';
    const address = clientAddressOf(peer, headers['x-forwarded-for'], service.isTrustedProxy);
    const asked = { id: requestIdOf(headers['x-request-id']), credentials, address };
    const [, request] = await Promise.all([
      requireServerKey(service, asked),
      readGrpcRequest(stream, { bytes: maxSyncRequestBytes, ms: syncRequestMs }),
    ]);
    let caller = service.authentication.recallKey('server-key', credentials);
    if (caller === undefined) {
      await requireServerKey(service, asked);
      caller = service.authentication.recallKey('server-key', credentials);
      if (caller === undefined) throw problem('SERVICE_UNAVAILABLE', 'The key was changed just now; try again.');
    }
    // From here to where the feed knows the stream nothing may be awaited: a revocation in between would miss it.
    if (stream.destroyed) return;
    service.places.requireOpen();
    place.giveTo(caller.principal.organisationId);
    const { haveRevision, haveChecksum } = fromBinary(SyncRequestSchema, request);
    const feed = service.feeds.of(caller.principal);
    stream.respond(
      { ...grpcHeaders, 'grpc-encoding': 'identity', 'stitchd-environment-id': caller.principal.environmentId },
      { waitForTrailers: true },
    );
    const follower = createSyncStream({
      sink: createGrpcSink(stream),
      keyHash: caller.keyHash,
      have: { revision: haveRevision, checksum: haveChecksum },
      nowMs: service.nowMs,
      onWritten: (kind) => service.metrics.syncMessages.inc({ kind }),
    });
    service.metrics.streams.inc({ form: 'grpc' });
    stream.once('close', () => {
      feed.remove(follower);
      service.metrics.streams.dec({ form: 'grpc' });
    });
    feed.add(follower);
  }

  return (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] !== 'POST' || headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    // It counts from now on, until it is refused or closed, whether or not its request has arrived.
    let giveBack = (): void => undefined;
    const hold = async (): Promise<void> => {
      const place = service.places.take('server');
      giveBack = place.giveBack;
      stream.once('close', giveBack);
      await serve(stream, headers, place);
    };
    hold().catch((error: unknown) => {
      giveBack();
      service.log.debug({ err: error }, 'a sync stream was refused');
      if (stream.destroyed || stream.headersSent) return stream.destroy();
      return stream.respond({ ...grpcHeaders, ...statusTrailers(error) }, { endStream: true });
    });
  };
}

/** @throws whatever keeps it from being a server key's stream now */
async function requireServerKey(service: SyncService, request: Omit<IdentifiedRequest, 'access'>): Promise<void> {
  const identified = await identify({ ...request, access: 'server-key' }, service);
  if (identified.kind === 'limited') throw rateLimited(identified.seconds);
}
