import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startDefinitionsServer } from '../../packages/sdk/src/sync/definitions-server.test-support.ts';
import { flagEntity, startSnapshotServer } from '../../packages/sdk/src/sync/sync-server.test-support.ts';
import { publishedPackages } from './published-packages.mjs';
import { stagePackage } from './stage-package.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const application = mkdtempSync(path.join(os.tmpdir(), 'stitchd-application-'));

beforeAll(async () => {
  const sdk = publishedPackages(root).find(({ name }) => name === '@stitchd/sdk');
  if (sdk === undefined) throw new Error('@stitchd/sdk is not published');
  const target = path.join(application, 'node_modules/@stitchd/sdk');
  mkdirSync(target, { recursive: true });
  await stagePackage(root, sdk, target);
}, 120_000);
afterAll(() => rmSync(application, { recursive: true, force: true }));

/** Runs a program with what is published, as strict about rejections as Node.js can be. */
async function run(
  name: string,
  program: string,
  onLine: (line: string) => void = () => undefined,
  command: readonly [string, ...string[]] = [process.execPath],
): Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }> {
  const file = path.join(application, `${name}.mjs`);
  writeFileSync(file, program);
  const [executable, ...words] = command;
  const child = spawn(executable, [...words, '--unhandled-rejections=strict', file], { cwd: application });
  let output = '';
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    for (const line of chunk.toString().trim().split('\n')) onLine(line);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output, errors };
}

test.each(['stream', 'sse', 'poll'])(
  'A program that forgets to close its client ends by itself, by %s too, after what it tracked is sent',
  { timeout: 60_000 },
  async (mode) => {
    const http = await startDefinitionsServer();
    http.publish(1, [flagEntity('a', 1)]);
    const grpc = await startSnapshotServer([flagEntity('a', 1)]);
    const directory = path.join(application, `kept-${mode}`);
    const { code, output, errors } = await run(
      `ends-${mode}`,
      `import { Stitchd } from '@stitchd/sdk';
       const client = await Stitchd.init({
         url: '${http.url}', syncUrl: '${grpc.url}', sdkKey: 'stsk_x', mode: '${mode}',
         flushIntervalMs: 3_600_000, storageDirectory: '${directory}',
       });
       client.track('purchase', { targetingKey: 'u' });
       console.log(client.status().source, client.boolean('a', {}, false));`,
    );
    expect({ code, output, errors }).toEqual({ code: 0, output: `${mode} true\n`, errors: '' });
    expect(http.items).toMatchObject([
      { type: 'event', key: 'purchase' },
      { type: 'usage', flags: [{ flag: 'a', variant: 'on', count: 1 }] },
    ]);
    // What was heard is on disk: a second program answers without any server.
    await http.close();
    await grpc.close();
    const again = await run(
      `again-${mode}`,
      `import { Stitchd } from '@stitchd/sdk';
       const silent = { debug() {}, info() {}, warn() {}, error() {} };
       const client = await Stitchd.init({ url: '${http.url}', syncUrl: '${grpc.url}', sdkKey: 'stsk_x', storageDirectory: '${directory}', logger: silent });
       console.log(client.status().source, client.boolean('a', {}, false));`,
    );
    expect(again).toEqual({ code: 0, output: 'disk true\n', errors: '' });
  },
);

async function startNonsense(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', () => socket.end('\u0000\u0001 garbage \r\n\r\n'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

test('No promise is rejected unheard while servers die, answer garbage or speak no TLS', { timeout: 60_000 }, async () => {
  const http = await startDefinitionsServer();
  http.publish(1, [flagEntity('a', 1)]);
  const grpc = await startSnapshotServer([flagEntity('a', 1)]);
  const nonsense = await startNonsense();
  const program = `
    import { Stitchd } from '@stitchd/sdk';
    import { Stitchd as EdgeStitchd } from '@stitchd/sdk/edge';
    const silent = { debug() {}, info() {}, warn() {}, error() { throw new Error('a logger that fails'); } };
    const shared = { sdkKey: 'stsk_x', logger: silent, waitUntilReadyMs: 50, flushIntervalMs: 10, storageDirectory: '/proc/none' };
    const tls = '${http.url}'.replace('http:', 'https:');
    const good = ['stream', 'sse', 'poll'].map((mode) => ({ url: '${http.url}', syncUrl: '${grpc.url}', mode, waitUntilReadyMs: 20_000, pollIntervalMs: 1_000 }));
    const bad = ['stream', 'sse', 'poll'].flatMap((mode) => [
      { url: '${nonsense.url}', syncUrl: '${nonsense.url}', mode },
      { url: tls, syncUrl: tls, mode },
      { url: 'http://127.0.0.1:9', syncUrl: 'http://no-such-host.invalid', mode },
    ]);
    const clients = await Promise.all([...good, ...bad].map((each) => Stitchd.init({ ...shared, ...each })));
    clients.push(...await Promise.all(bad.slice(3).map(({ syncUrl, mode, ...each }) => EdgeStitchd.init({ ...shared, ...each, mode }))));
    const until = async (holds) => { while (!clients.every(holds)) await new Promise((resolve) => setTimeout(resolve, 20)); };
    for (const client of clients) {
      client.onChange(() => { throw new Error('a listener that fails'); });
      client.track('purchase', { targetingKey: 'u' });
      client.boolean('a', { targetingKey: 'u' }, false);
      void client.prepare({ targetingKey: 'u' });
    }
    console.log('ready', clients.slice(0, 3).map((client) => client.status().source).join());
    await until((client) => client.status().connection === 'reconnecting' && client.status().lastError !== undefined);
    console.log('answers', clients.slice(0, 3).map((client) => client.boolean('a', {}, false)).join());
    void clients[0].flush(10);
    void clients[1].close();
    await Promise.all(clients.slice(3).map((client) => client.waitUntilReady({ timeoutMs: 10 })));
    process.exit(0);
  `;
  const onLine = (line: string): void => {
    if (!line.startsWith('ready')) return;
    void http.close();
    void grpc.close();
  };
  const { code, output, errors } = await run('strict', program, onLine);
  nonsense.server.close();
  expect({ code, output, errors }).toEqual({ code: 0, output: 'ready stream,sse,poll\nanswers true,true,true\n', errors: '' });
});

test('A disk that is full in the middle of a write keeps what it had, and says so', { timeout: 60_000 }, async () => {
  const http = await startDefinitionsServer();
  const storageDirectory = path.join(application, 'kept-full');
  const program = (more: string): string => `
    import { Stitchd } from '@stitchd/sdk';
    const silent = { debug() {}, info() {}, warn() {}, error() {} };
    const client = await Stitchd.init({ url: '${http.url}', sdkKey: 'stsk_x', mode: 'poll', storageDirectory: '${storageDirectory}', logger: silent, ${more} });
    await client.close();
    console.log(client.status().revision, client.status().source, String(client.status().diskError).split(':')[0]);`;
  http.publish(1, [flagEntity('a', 1)]);
  expect(await run('full-before', program(''))).toEqual({ code: 0, output: '1 poll undefined\n', errors: '' });
  // No file of this process may be larger than 4 kB: the write fails when part of it is done.
  http.publish(2, [flagEntity('a'.repeat(20_000), 2)]);
  const limited = ['bash', '-c', `ulimit -f 4; exec "$0" "$@"`, process.execPath] as const;
  const { code, output } = await run('full', program(''), () => undefined, [...limited]);
  expect({ code, output }).toEqual({ code: 0, output: '2 poll EFBIG\n' });
  expect(readdirSync(storageDirectory)).toHaveLength(1);
  expect(await run('full-after', program('offline: true'))).toEqual({ code: 0, output: '1 disk undefined\n', errors: '' });
  await http.close();
});
