import http2 from 'node:http2';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { SyncMessageSchema, SyncRequestSchema, type SyncMessage } from '@stitchd/proto/sync/v1/sync';
import { sdkLimits } from '../sdk-limits.ts';
import { createFrameDecoder, encodeFrame } from './grpc-frames.ts';

/** Why a stream ended. */
export type StreamEnd =
  /** The key is unknown, revoked or of the wrong kind: asking again soon is pointless. */
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'lost'; readonly message: string }
  /** We closed it. */
  | { readonly kind: 'closed' };

export interface SyncStreamOptions {
  readonly syncUrl: string;
  readonly sdkKey: string;
  readonly userAgent: string;
  readonly haveRevision: bigint;
  readonly haveChecksum: bigint;
  /** Answers false to end the stream, so that it is opened again for a snapshot. */
  readonly onMessage: (message: SyncMessage) => boolean;
  readonly signal: AbortSignal;
}

const path = '/stitchd.sync.v1.FlagSync/SyncDefinitions';
/** gRPC's numbers for "not authenticated" and "not permitted". */
const refusals = new Set(['16', '7']);

/** Opens one stream and answers how it ended. Never rejects; keeps no process alive. */
export function runSyncStream(options: SyncStreamOptions): Promise<StreamEnd> {
  return new Promise((resolve) => {
    if (options.signal.aborted) return resolve({ kind: 'closed' });
    const session = http2.connect(options.syncUrl);
    const silence = setTimeout(
      () => end({ kind: 'lost', message: `nothing was heard for ${sdkLimits.silenceMs / 1_000} s` }),
      sdkLimits.silenceMs,
    );
    silence.unref();
    let ended = false;
    const end = (how: StreamEnd): void => {
      if (ended) return;
      ended = true;
      clearTimeout(silence);
      options.signal.removeEventListener('abort', onAbort);
      session.destroy();
      resolve(how);
    };
    const onAbort = (): void => end({ kind: 'closed' });
    options.signal.addEventListener('abort', onAbort);
    session.on('error', (error) => end({ kind: 'lost', message: error.message }));
    session.on('close', () => end({ kind: 'lost', message: 'the connection was closed' }));
    session.unref();
    requestStream(session, options, end, () => silence.refresh());
    return undefined;
  });
}

function requestStream(
  session: http2.ClientHttp2Session,
  options: SyncStreamOptions,
  end: (how: StreamEnd) => void,
  heard: () => void,
): void {
  const stream = session.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': options.userAgent,
    'x-stitchd-sdk-key': options.sdkKey,
  });
  const finish = (headers: http2.IncomingHttpHeaders): void => {
    const status = headers['grpc-status'];
    if (status === undefined || status === '0') return;
    const message = decodeMessage(headers['grpc-message']) || `gRPC status ${String(status)}`;
    end({ kind: refusals.has(String(status)) ? 'refused' : 'lost', message });
  };
  stream.on('response', (headers) => {
    heard();
    if (headers[':status'] !== 200) end({ kind: 'lost', message: `the server answered HTTP ${headers[':status']}` });
    else finish(headers);
  });
  stream.on('trailers', finish);
  const decode = createFrameDecoder((bytes) => {
    if (!options.onMessage(fromBinary(SyncMessageSchema, bytes)))
      end({ kind: 'lost', message: 'the definitions must be asked for anew' });
  });
  stream.on('data', (chunk: Buffer) => {
    heard();
    try {
      decode(chunk);
    } catch (error) {
      end({ kind: 'lost', message: `the stream can't be read: ${error instanceof Error ? error.message : String(error)}` });
    }
  });
  stream.on('error', (error) => end({ kind: 'lost', message: error.message }));
  stream.on('close', () => end({ kind: 'lost', message: 'the stream ended' }));
  const request = create(SyncRequestSchema, { haveRevision: options.haveRevision, haveChecksum: options.haveChecksum });
  stream.end(encodeFrame(toBinary(SyncRequestSchema, request)));
}

function decodeMessage(text: string | string[] | undefined): string {
  try {
    return decodeURIComponent(String(text ?? ''));
  } catch {
    return String(text ?? '');
  }
}
