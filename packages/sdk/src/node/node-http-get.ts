import type { HttpAnswer, HttpGet } from '../http-get.ts';

/**
 * By node:http: unlike `fetch`, which keeps the process alive for as long as a body is read, its sockets can be let go, so
 * that a program with nothing else to do ends while definitions are followed. Loaded when it is first needed: most clients
 * follow by gRPC, and start without it.
 */
export const getByNode: HttpGet = async (url, { headers, signal }) => {
  const { request: ask } = await (url.startsWith('https:') ? import('node:https') : import('node:http'));
  return new Promise<HttpAnswer>((resolve, reject) => {
    const request = ask(url, { headers, signal, agent: false });
    request.on('socket', (socket) => socket.unref());
    // Stays for as long as the request does: an error after the answer must find somebody.
    request.on('error', reject);
    request.on('response', (response) => {
      // Whoever reads the body hears of it too.
      response.on('error', () => undefined);
      resolve({
        status: response.statusCode ?? 0,
        header: (name) => {
          const value = response.headers[name];
          return Array.isArray(value) ? value.join(', ') : value;
        },
        body: response,
      });
    });
    request.end();
  });
};
