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

/** Cuts a byte stream into gRPC messages of at most `maxBytes`. Bytes are copied once, however many pieces a message takes. */
export function createFrameDecoder(maxBytes: number, onMessage: (message: Uint8Array) => void): (chunk: Buffer) => void {
  let pieces: Buffer[] = [];
  let received = 0;
  let needed = prefixBytes;
  const messageBytes = (rest: Buffer): number => {
    if (rest[0] !== 0) throw new FrameError('the server sent a compressed message, which was not asked for');
    const length = rest.readUInt32BE(1);
    if (length > maxBytes) throw new FrameError(`the server sent a message of ${length} bytes`);
    return length;
  };
  return (chunk) => {
    pieces.push(chunk);
    received += chunk.length;
    if (received < needed) return;
    let rest = pieces.length === 1 ? chunk : Buffer.concat(pieces);
    needed = prefixBytes;
    while (rest.length >= prefixBytes) {
      const end = prefixBytes + messageBytes(rest);
      if (rest.length < end) {
        needed = end;
        break;
      }
      const message = rest.subarray(prefixBytes, end);
      rest = rest.subarray(end);
      onMessage(message);
    }
    pieces = rest.length === 0 ? [] : [rest];
    received = rest.length;
  };
}
