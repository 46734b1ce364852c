import { constants, type ServerHttp2Stream } from 'node:http2';
import { streamEndMs } from '../limits.ts';
import { statusTrailers } from './grpc-status.ts';
import type { StreamSink } from './stream-sink.ts';

/** Writes frames to a gRPC stream whose head is sent with `waitForTrailers`. */
export function createGrpcSink(stream: ServerHttp2Stream): StreamSink {
  return {
    form: 'grpc',
    isOpen: () => !stream.destroyed,
    write: (chunk) => stream.write(chunk),
    onceDrained: (then) => void stream.once('drain', then),
    end(error) {
      stream.once('wantTrailers', () => stream.sendTrailers(statusTrailers(error)));
      stream.end();
      const cut = setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), streamEndMs);
      cut.unref();
      stream.once('close', () => clearTimeout(cut));
    },
  };
}
