import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import { runLater } from '../background-timer.ts';
import type { Platform } from '../platform.ts';
import { createFrameDecoder, encodeFrame } from './grpc-frames.ts';
import type { SyncLimits } from '../sync/sync-limits.ts';
import { readSyncMessage, writeSyncRequest } from '../sync/sync-message.ts';
import type { Transport, TransportSession } from '../sync/transport.ts';
import { closed, lost, type TransportEnd, unfit } from '../sync/transport-end.ts';
import { startWatchdog, type Watchdog } from '../sync/watchdog.ts';

export interface StreamTransportOptions {
  readonly syncUrl: string;
  readonly sdkKey: string;
  readonly platform: Pick<Platform, 'userAgent' | 'monotonicMs'>;
  readonly limits: SyncLimits;
}

const path = '/stitchd.sync.v1.FlagSync/SyncDefinitions';
/** gRPC's numbers for "not authenticated" and "not permitted". */
const refusals = new Set(['16', '7']);

/** Follows definitions over one gRPC stream, by node:http2. */
export function streamTransport(options: StreamTransportOptions): Transport {
  return { kind: 'stream', run: (session) => runStream(options, session) };
}

async function runStream(options: StreamTransportOptions, session: TransportSession): Promise<TransportEnd> {
  const { limits, platform, syncUrl } = options;
  // When it is first needed: clients that poll, or are offline, start without it.
  const http2 = await import('node:http2');
  return new Promise((resolve) => {
    if (session.signal.aborted) return resolve(closed);
    const connection = http2.connect(syncUrl);
    const stopWaiting = runLater(limits.answerTimeoutMs, () =>
      end({ kind: 'lost', message: `${syncUrl} did not answer within ${limits.answerTimeoutMs} ms` }),
    );
    const watchdog = startWatchdog(platform.monotonicMs, limits, (message) => end({ kind: 'lost', message }));
    let ended = false;
    const end = (how: TransportEnd): void => {
      if (ended) return;
      ended = true;
      stopWaiting();
      watchdog.stop();
      session.signal.removeEventListener('abort', onAbort);
      connection.destroy();
      resolve(how);
    };
    const onAbort = (): void => end(closed);
    session.signal.addEventListener('abort', onAbort);
    connection.on('error', (error) => end(lost(error)));
    connection.on('close', () => end(lost('the connection was closed')));
    connection.unref();
    try {
      requestStream(connection, { ...options, session, watchdog, onAnswer: stopWaiting, end });
    } catch (error) {
      // A connection that died at once takes no request.
      end(lost(error));
    }
    return undefined;
  });
}

interface StreamRun extends StreamTransportOptions {
  readonly session: TransportSession;
  readonly watchdog: Watchdog;
  readonly onAnswer: () => void;
  readonly end: (how: TransportEnd) => void;
}

function requestStream(connection: ClientHttp2Session, run: StreamRun): void {
  const { session, watchdog, end } = run;
  const stream = connection.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    'user-agent': run.platform.userAgent,
    'x-stitchd-sdk-key': run.sdkKey,
  });
  const finish = (headers: IncomingHttpHeaders): void => {
    const status = headers['grpc-status'];
    if (status === undefined || status === '0') return;
    const message = decodeMessage(headers['grpc-message']) || `gRPC status ${String(status)}`;
    end({ kind: refusals.has(String(status)) ? 'refused' : 'lost', message });
  };
  stream.on('response', (headers) => {
    run.onAnswer();
    if (headers[':status'] !== 200) return end(lost(`the server answered HTTP ${headers[':status']}`));
    if (!String(headers['content-type']).startsWith('application/grpc'))
      return end(lost(`the server answered ${headers['content-type'] ?? 'nothing that names its type'} instead of gRPC`));
    const environmentId = headers['stitchd-environment-id'];
    if (typeof environmentId === 'string') session.onEnvironment(environmentId);
    return finish(headers);
  });
  stream.on('trailers', finish);
  let isFollowing = true;
  const decode = createFrameDecoder(run.limits.maxSyncMessageBytes, (bytes) => {
    if (!isFollowing) return;
    watchdog.heardMessage();
    isFollowing = session.onMessage(readSyncMessage(bytes));
    if (!isFollowing) end(unfit);
  });
  stream.on('data', (chunk: Buffer) => {
    watchdog.heardBytes();
    try {
      decode(chunk);
    } catch (error) {
      end(lost(`the stream can't be read: ${error instanceof Error ? error.message : String(error)}`));
    }
  });
  stream.on('error', (error) => end(lost(error)));
  stream.on('close', () => end(lost('the stream ended')));
  stream.end(encodeFrame(writeSyncRequest(session.haveRevision, session.haveChecksum)));
}

function decodeMessage(text: string | string[] | undefined): string {
  try {
    return decodeURIComponent(String(text ?? ''));
  } catch {
    return String(text ?? '');
  }
}
