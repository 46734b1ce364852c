// Sends one request over and over on a number of connections and reads the answers with as little work as can be, so that
// the server is what is measured: node raw-load.mjs <json>
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * One connection: sends, waits for the whole answer, sends again.
 *
 * @param {{ port: number, requests: readonly Buffer[], onAnswer: (microseconds: number, bytes: number, isOk: boolean) => void }} options
 */
function openConnection({ port, requests, onAnswer }) {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  let next = Math.floor(Math.random() * requests.length);
  let sentAt = 0;
  /** Bytes that are still missing of the answer; undefined while its head is incomplete. */
  let missing;
  let size = 0;
  let isOk = false;
  let head = '';
  const send = () => {
    sentAt = performance.now();
    socket.write(requests[next++ % requests.length]);
  };
  socket.once('connect', send);
  socket.on('data', (chunk) => {
    size += chunk.length;
    if (missing === undefined) {
      const text = head + chunk.latin1Slice(0, Math.min(chunk.length, 2_048));
      const end = text.indexOf('\r\n\r\n');
      if (end === -1) {
        head = text;
        return;
      }
      const length = /content-length: (\d+)/i.exec(text);
      isOk = text.startsWith('HTTP/1.1 200');
      if (length === null) throw new Error(`an answer without its length: ${text.slice(0, end)}`);
      missing = Number(length[1]) - (head.length + chunk.length - end - 4);
      head = '';
    } else missing -= chunk.length;
    if (missing > 0) return;
    onAnswer((performance.now() - sentAt) * 1_000, size, isOk);
    missing = undefined;
    size = 0;
    send();
  });
  return socket;
}

/** @param {{ port: number, requests: readonly string[], connections: number, seconds: number }} plan */
function run({ port, requests, connections, seconds }) {
  const bytes = requests.map((text) => Buffer.from(text, 'latin1'));
  /** @type {number[]} */
  const latencies = [];
  let failed = 0;
  let received = 0;
  const startedAt = performance.now();
  const sockets = Array.from({ length: connections }, () =>
    openConnection({
      port,
      requests: bytes,
      onAnswer(microseconds, size, isOk) {
        latencies.push(microseconds);
        received += size;
        if (!isOk) failed++;
      },
    }),
  );
  setTimeout(() => {
    const elapsed = (performance.now() - startedAt) / 1_000;
    for (const socket of sockets) socket.destroy();
    latencies.sort((a, b) => a - b);
    const at = (share) => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
    const result = {
      requests: latencies.length,
      perSecond: latencies.length / elapsed,
      p50: at(0.5),
      p99: at(0.99),
      failed,
      bytesPerRequest: received / latencies.length,
    };
    process.stdout.write(`${JSON.stringify(result)}\n`);
  }, seconds * 1_000);
}

for await (const line of createInterface({ input: process.stdin })) run(JSON.parse(line));
process.exit(0);
