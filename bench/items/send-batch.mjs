import http from 'node:http';

/** Sends batches over connections that stay open. @param {{ url: string, key: string, connections: number }} options */
export function createSender({ url, key, connections }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: connections });
  /**
   * @param {Uint8Array} body @param {string} [encoding]
   * @returns {Promise<{ status: number, text: string, retryAfterMs: number }>} 0 as the status where nobody answered
   */
  const send = (body, encoding) =>
    new Promise((resolve) => {
      const failed = () => resolve({ status: 0, text: '', retryAfterMs: 0 });
      const request = http.request(`${url}/v1/sdk/events`, {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': body.length,
          'x-stitchd-sdk-key': key,
          ...(encoding !== undefined && { 'content-encoding': encoding }),
        },
        timeout: 30_000,
      });
      request.on('timeout', () => request.destroy(new Error('no answer')));
      request.on('error', failed);
      request.on('response', (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk) => (text += chunk));
        response.on('error', failed);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            text,
            retryAfterMs: Number(response.headers['retry-after'] ?? 0) * 1_000,
          }),
        );
      });
      request.end(body);
    });
  return { send, close: () => agent.destroy() };
}
