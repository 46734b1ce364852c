import { once } from 'node:events';
import { connect, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Frame } from '../http/frame.ts';
import { maxGrpcConnections, maxStreamsPerConnection } from '../limits.ts';
import { createGrpcServer } from './create-grpc-server.ts';
import { syncPath } from './serve-sync.ts';

test('A connection carries as many streams as it may at once, one more waits for its turn, and connections have a limit', async () => {
  const open: ServerHttp2Stream[] = [];
  const server = createGrpcServer({
    frame: {} as Frame,
    onSync(stream) {
      stream.respond({ ':status': 200 });
      open.push(stream);
    },
    isReady: async () => true,
  });
  expect(server.maxConnections).toBe(maxGrpcConnections);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const session = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    session.destroy();
    server.close();
  });
  await once(session, 'remoteSettings');
  expect(session.remoteSettings.maxConcurrentStreams).toBe(maxStreamsPerConnection);
  const asked = Array.from({ length: maxStreamsPerConnection + 1 }, () =>
    session.request({ ':path': syncPath, ':method': 'POST' }),
  );
  await expect.poll(() => open.length).toBe(maxStreamsPerConnection);
  // What was sent before a ping has come when that is answered.
  await new Promise((resolve) => session.ping(resolve));
  expect(open).toHaveLength(maxStreamsPerConnection);
  asked[0]?.close();
  await expect.poll(() => open.length).toBe(maxStreamsPerConnection + 1);
});
