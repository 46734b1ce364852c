import type { ServerHttp2Stream } from 'node:http2';
import { problem } from '@stitchd/service-kit';

const prefixBytes = 5;

/** A message as gRPC sends it: not compressed, its length before it. Made once and written to every stream. */
export function grpcFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}

/** The message in a frame that `grpcFrame` made. */
export function framedMessage(frame: Buffer): Buffer {
  return frame.subarray(prefixBytes);
}

/**
 * Reads the one message of a request.
 * @throws VALIDATION_FAILED for anything else, for too many bytes, and when it takes too long
 */
export function readGrpcRequest(
  stream: ServerHttp2Stream,
  limits: { readonly bytes: number; readonly ms: number },
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const finish = (result: Buffer | string): void => {
      clearTimeout(timer);
      stream.off('data', onData).off('end', onEnd).off('close', onClose);
      // What else is sent is read and dropped, so that it holds up nobody.
      stream.resume();
      if (typeof result === 'string') reject(problem('VALIDATION_FAILED', result));
      else resolve(result);
    };
    const onData = (chunk: Buffer): void => {
      received = Buffer.concat([received, chunk]);
      if (received.length > limits.bytes + prefixBytes) return finish('The request is too large.');
      if (received.length < prefixBytes) return;
      if (received[0] !== 0) return finish('The request must not be compressed.');
      const length = received.readUInt32BE(1);
      if (length > limits.bytes) return finish('The request is too large.');
      if (received.length >= prefixBytes + length) finish(received.subarray(prefixBytes, prefixBytes + length));
    };
    const timer = setTimeout(() => finish('The request did not arrive.'), limits.ms);
    const onEnd = (): void => finish('The request holds no message.');
    const onClose = (): void => finish('The request was cut off.');
    stream.on('data', onData).on('end', onEnd).on('close', onClose);
  });
}
