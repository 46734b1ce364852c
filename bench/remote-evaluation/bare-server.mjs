// The floor: node:http alone, which reads the body and writes prebuilt fragments. The fragments arrive as one line of JSON.
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';

/** @type {readonly string[]} */
let fragments = [];

const server = createServer((request, response) => {
  request.setEncoding('utf8');
  let body = '';
  request.on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    if (body === '') throw new Error('no body');
    const text = `{"flags":[${fragments.join(',')}]}`;
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
    response.end(text);
  });
});

for await (const line of createInterface({ input: process.stdin })) {
  fragments = JSON.parse(line);
  if (!server.listening) await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  process.stdout.write(`${JSON.stringify({ port: typeof address === 'object' && address !== null ? address.port : 0 })}\n`);
}
process.exit(0);
