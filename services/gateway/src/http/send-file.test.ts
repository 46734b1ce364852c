import { once } from 'node:events';
import http, { type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createLogger } from '@stitchd/service-kit';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { AnsweredFile } from '../rest/endpoint.ts';
import { sendFile } from './send-file.ts';

/** A server that answers every request with the file, as the gateway does. */
async function serve(file: Partial<AnsweredFile> & Pick<AnsweredFile, 'bytes'>): Promise<string> {
  const whole: AnsweredFile = { name: 'a.csv', mediaType: 'text/csv', cancel: () => undefined, ...file };
  const server: Server = http.createServer((request, raw) => {
    const reply = { raw, statusCode: 200, getHeaders: () => ({}), hijack: () => undefined };
    sendFile(whole, request as unknown as FastifyRequest, reply as unknown as FastifyReply, createLogger('silent'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('A file that is sent whole has its name and ends properly', async () => {
  async function* bytes() {
    yield Buffer.from('a,b\r\n');
    yield Buffer.from('1,2\r\n');
  }
  const answer = await fetch(await serve({ bytes: bytes() }));
  expect(answer.headers.get('content-disposition')).toBe('attachment; filename="a.csv"');
  expect(await answer.text()).toBe('a,b\r\n1,2\r\n');
});

test('A file that fails in the middle is cut, so that its reader knows', async () => {
  async function* bytes() {
    yield Buffer.from('a,b\r\n');
    throw new Error('the store went away');
  }
  const url = await serve({ bytes: bytes() });
  await expect(fetch(url).then((answer) => answer.text())).rejects.toThrow(TypeError);
});

test('No more is asked for than the client takes, and nothing once it is gone', async () => {
  let asked = 0;
  const cancel = vi.fn<() => void>();
  async function* bytes() {
    for (;;) {
      asked++;
      yield Buffer.alloc(1_048_576);
    }
  }
  const leaving = new AbortController();
  const answer = await fetch(await serve({ bytes: bytes(), cancel }), { signal: leaving.signal });
  expect(answer.status).toBe(200);
  await vi.waitUntil(() => asked > 0);
  leaving.abort();
  await vi.waitUntil(() => cancel.mock.calls.length > 0);
  expect(asked).toBeLessThan(64);
});
