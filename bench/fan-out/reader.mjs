// What the readers of a contestant send first. They count bytes and decode nothing: the server is what is measured.
import { serverKey } from './gateway-server.mjs';

/** @param {string} text */
function length(text) {
  return Buffer.from([text.length]);
}

/** A header that is not indexed (RFC 7541 §6.2.2). @param {string} name @param {string} value */
function literal(name, value) {
  return Buffer.concat([Buffer.from([0]), length(name), Buffer.from(name), length(value), Buffer.from(value)]);
}

/** @param {number} type @param {number} flags @param {number} stream @param {Buffer} payload */
function frame(type, flags, stream, payload) {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

/** Opens SyncDefinitions as the first stream of a connection, with windows that no push fills. */
function http2Opening() {
  const largestWindow = 0x7fffffff;
  const settings = Buffer.alloc(6);
  settings.writeUInt16BE(4, 0);
  settings.writeUInt32BE(largestWindow, 2);
  const window = Buffer.alloc(4);
  window.writeUInt32BE(largestWindow - 65_535);
  const headers = Buffer.concat([
    literal(':method', 'POST'),
    literal(':scheme', 'http'),
    literal(':path', '/stitchd.sync.v1.FlagSync/SyncDefinitions'),
    literal(':authority', 'localhost'),
    literal('content-type', 'application/grpc'),
    literal('te', 'trailers'),
    literal('x-stitchd-sdk-key', serverKey),
  ]);
  return Buffer.concat([
    Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
    frame(4, 0, 0, settings),
    frame(8, 0, 0, window),
    frame(4, 1, 0, Buffer.alloc(0)),
    frame(1, 4, 1, headers),
    frame(0, 1, 1, Buffer.alloc(5)),
  ]);
}

const events = `GET /v1/sdk/definitions/stream HTTP/1.1\r\nhost: x\r\nx-stitchd-sdk-key: ${serverKey}\r\naccept: text/event-stream\r\n\r\n`;

/** @type {Readonly<Record<string, Buffer>>} */
export const openings = {
  'raw-tcp': Buffer.from('hi'),
  'raw-events': Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
  'stitchd-grpc': http2Opening(),
  'stitchd-events': Buffer.from(events),
};

/** Bytes by which one sees that a stream is open and told the first state: fewer than any first answer has. */
export const firstBytes = { 'raw-tcp': 2, 'raw-events': 100, 'stitchd-grpc': 1_000, 'stitchd-events': 1_000 };

const pingFrameBytes = 17;
const pingHead = Buffer.from([0, 0, 8, 6, 0, 0, 0, 0, 0]);

/** The acknowledgement of a PING (RFC 9113 §6.7) at the end of what came, or anywhere where it is little. @param {Buffer} received */
export function answerToPing(received) {
  const chunk = received.length > 4_096 ? received.subarray(-pingFrameBytes) : received;
  const at = chunk.indexOf(pingHead);
  if (at < 0 || at + pingFrameBytes > chunk.length) return undefined;
  return frame(6, 1, 0, chunk.subarray(at + pingHead.length, at + pingFrameBytes));
}
