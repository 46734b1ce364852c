import { once } from 'node:events';
import { createServer } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Health } from '@stitchd/proto/grpc/health/v1/health';
import { expect, test } from 'vitest';
import { isPassing, problem, problemOf } from './problem.ts';

test.for([
  'STORE_UNAVAILABLE',
  'SERVICE_UNAVAILABLE',
  'DEADLINE_EXCEEDED',
  'RATE_LIMITED',
  'INTERNAL',
  'UNAUTHENTICATED',
] as const)('A refusal with %s may be another answer the next time', (code) => {
  expect(isPassing(problem(code, 'not now'))).toBe(true);
});

test.for(['NOT_FOUND', 'VALIDATION_FAILED', 'PERMISSION_DENIED', 'VERSION_MISMATCH', 'INVALID_STATE'] as const)(
  'A refusal with %s stays one',
  (code) => {
    expect(isPassing(problem(code, 'never'))).toBe(false);
  },
);

test('What carries no problem of ours, such as a broken connection, passes', () => {
  expect(isPassing(new ConnectError('reset', Code.Unavailable))).toBe(true);
  expect(isPassing(new ConnectError('no such method', Code.Unimplemented))).toBe(true);
  expect(isPassing(new TypeError('x is not a function'))).toBe(true);
});

/** The problem of a call during which the connection ends, once the server has the request. */
async function problemWhere(end: (connection: Socket) => void): Promise<string> {
  const server = createServer();
  const connections = new Set<Socket>();
  server.on('connection', (connection: Socket) => connections.add(connection));
  server.on('stream', (stream) => {
    stream.on('error', () => undefined);
    connections.forEach(end);
  });
  server.on('session', (session) => session.on('error', () => undefined));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const health = createClient(Health, createGrpcTransport({ baseUrl: `http://127.0.0.1:${port}` }));
  try {
    return await health.check({}, { timeoutMs: 60_000 }).then(
      () => 'answered',
      (error: unknown) => problemOf(error).code,
    );
  } finally {
    server.close();
  }
}

test('Where whoever was asked is killed before it answers, the problem is that the service does not answer', async () => {
  expect(await problemWhere((connection) => connection.destroy())).toBe('SERVICE_UNAVAILABLE');
  expect(await problemWhere((connection) => connection.resetAndDestroy())).toBe('SERVICE_UNAVAILABLE');
});

test('Only where time ran out the problem is that the answer took too long', () => {
  expect(problemOf(new ConnectError('late', Code.DeadlineExceeded)).code).toBe('DEADLINE_EXCEEDED');
});
