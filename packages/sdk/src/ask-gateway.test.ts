import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { askGateway, type GatewayAnswer } from './ask-gateway.ts';
import { nodePlatform } from './node/node-platform.ts';
import { sdkLimits } from './sdk-limits.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(url: string): Promise<GatewayAnswer> {
  const signal = AbortSignal.timeout(10_000);
  return askGateway({ url, sdkKey: 'stsk_x', platform: nodePlatform, path: '/v1/x', body: '{}', signal, longestPauseMs: 30_000 });
}

test('A redirect is not followed, since the key would go along, and is tried again later', async () => {
  const asked: unknown[] = [];
  const other = await serve((request, response) => {
    asked.push(request.headers['x-stitchd-sdk-key']);
    response.end('{}');
  });
  for (const status of [301, 302, 307, 308]) {
    const url = await serve((request, response) => response.writeHead(status, { location: `${other}${request.url}` }).end());
    expect(await ask(url)).toEqual({ kind: 'try-again', reason: `${url} redirects elsewhere`, afterMs: undefined });
  }
  expect(asked).toEqual([]);
});

test('An answer of the largest size is read, and one that is a byte larger is not', async () => {
  const answerOf = async (bytes: number): Promise<GatewayAnswer> =>
    ask(await serve((_, response) => response.end('x'.repeat(bytes))));
  expect((await answerOf(sdkLimits.maxAnswerBytes)).kind).toBe('answered');
  expect(await answerOf(sdkLimits.maxAnswerBytes + 1)).toMatchObject({
    kind: 'try-again',
    reason: `the server sent more than ${sdkLimits.maxAnswerBytes} bytes`,
  });
});

test.each([408, 429, 500, 503])('HTTP %i is tried again, after what the server asks for', async (status) => {
  const url = await serve((_, response) => response.writeHead(status, { 'retry-after': '3600' }).end('{"code":"RATE_LIMITED"}'));
  expect(await ask(url)).toEqual({ kind: 'try-again', reason: `HTTP ${status} RATE_LIMITED`, afterMs: 30_000 });
});

test('What asking again would not help is refused, and a server that is not there is tried again', async () => {
  const url = await serve((_, response) => response.writeHead(403).end('<html>'));
  expect(await ask(url)).toEqual({ kind: 'refused', reason: 'HTTP 403' });
  expect(await ask('http://127.0.0.1:9')).toMatchObject({ kind: 'try-again', afterMs: undefined });
});
