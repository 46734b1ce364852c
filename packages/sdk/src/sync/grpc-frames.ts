import { sdkLimits } from '../sdk-limits.ts';

const prefixBytes = 5;

/** A gRPC message with its prefix: one byte that says "not compressed", four of length. */
export function encodeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.alloc(prefixBytes + message.length);
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, prefixBytes);
  return frame;
}

/** A stream that does not follow the protocol. */
export class FrameError extends Error {}

/** Cuts a byte stream into gRPC messages. */
export function createFrameDecoder(onMessage: (message: Uint8Array) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    while (rest.length >= prefixBytes) {
      const length = rest.readUInt32BE(1);
      if (rest[0] !== 0) throw new FrameError('the server sent a compressed message, which was not asked for');
      if (length > sdkLimits.maxSyncMessageBytes) throw new FrameError(`the server sent a message of ${length} bytes`);
      if (rest.length < prefixBytes + length) return;
      const message = rest.subarray(prefixBytes, prefixBytes + length);
      rest = rest.subarray(prefixBytes + length);
      onMessage(message);
    }
  };
}
