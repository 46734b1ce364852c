import type { IncomingHttpHeaders, ServerHttp2Stream } from 'node:http2';
import { problemCodes } from '@stitchd/core';
import { problemOf } from '@stitchd/service-kit';
import type { Frame } from '../http/frame.ts';
import { requireAllowedOrigin } from '../http/origin.ts';
import { rateLimited } from '../http/rate-limits.ts';
import { requestIdOf } from '../http/request-id.ts';
import type { Caller } from '../identity/caller.ts';
import { credentialsOf } from '../identity/credentials.ts';
import { identify } from '../identity/identify.ts';
import { clientAddressOf } from '../identity/trusted-proxies.ts';
import { statusTrailers } from '../sync/grpc-status.ts';

/** A call that may go on. */
export interface AdmittedCall {
  readonly requestId: string;
  readonly caller: Caller;
}

type AdmittingParts = Pick<Frame, 'authentication' | 'rateLimits' | 'isTrustedProxy' | 'metrics' | 'nowMs' | 'log'>;

/**
 * Lets calls with an SDK key pass, before anything of their message is read: what nobody may send takes no memory. Others are
 * answered with their problem.
 * @param pass - gets the stream with who asks
 */
export function admitGrpcCalls(
  frame: AdmittingParts,
  pass: (stream: ServerHttp2Stream, call: AdmittedCall) => void,
): (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void {
  async function admitted(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<AdmittedCall> {
    const peer = stream.session?.socket.remoteAddress ?? '';
    const requestId = requestIdOf(headers['x-request-id']);
    const identified = await identify(
      {
        id: requestId,
        access: 'sdk-key',
        credentials: credentialsOf(headers),
        address: clientAddressOf(peer, headers['x-forwarded-for'], frame.isTrustedProxy),
      },
      frame,
    );
    if (identified.kind === 'limited') throw rateLimited(identified.seconds);
    const { caller } = identified;
    if (caller === undefined) throw new Error('an SDK key has a caller');
    requireAllowedOrigin(headers.origin, caller);
    return { requestId, caller };
  }

  return (stream, headers) => {
    stream.on('error', () => undefined);
    if (headers[':method'] !== 'POST' || headers['content-type']?.startsWith('application/grpc') !== true) {
      stream.respond({ ':status': 415 }, { endStream: true });
      return;
    }
    admitted(stream, headers).then(
      (call) => {
        if (!stream.destroyed) pass(stream, call);
      },
      (error: unknown) => {
        countGrpcCall(frame, String(headers[':path']), error);
        frame.log.debug({ err: error }, 'a call over gRPC was refused');
        if (stream.destroyed) return;
        stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...statusTrailers(error) }, { endStream: true });
        // What was sent all the same is read and dropped.
        stream.resume();
      },
    );
  };
}

/** @param error - undefined: it was answered */
export function countGrpcCall(frame: Pick<Frame, 'metrics'>, path: string, error: unknown): void {
  const { code } = error === undefined ? { code: undefined } : problemOf(error);
  const status = code === undefined ? 202 : (problemCodes[code as keyof typeof problemCodes]?.status ?? 500);
  frame.metrics.requests.inc({ method: 'gRPC', route: path, status: String(status) });
}
