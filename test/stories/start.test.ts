import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProgram, startProduct, type Product } from '../support/product.ts';

let product: Product;

beforeAll(async () => {
  product = await startProduct({ mode: 'together' });
});
afterAll(() => product.stop());

/** Processes that work in a data directory: the engines do. */
function processesIn(directory: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(directory);
      } catch {
        return false;
      }
    })
    .map(Number);
}

test('The health of the whole product says that it works, and metrics are in Prometheus’ text', async () => {
  expect(await (await fetch(`${product.url}/healthz`)).json()).toMatchObject({ status: 'ok' });
  expect((await fetch(`${product.url}/readyz`)).status).toBe(200);
  const metrics = await (await fetch(`http://127.0.0.1:${product.environment.STITCHD_GATEWAY_METRICS_PORT}/metrics`)).text();
  expect(metrics).toContain('stitchd_rpc_handled_total{');
  for (const service of ['auth-service', 'flag-service', 'gateway']) expect(metrics).toContain(`service="${service}"`);
  expect(metrics.match(/^# TYPE stitchd_rpc_handled_total /gm)).toHaveLength(1);
});

test('A second start on the same data directory is refused with the other’s process id', async () => {
  const ran = await runProgram({ ...product.environment, STITCHD_GATEWAY_HTTP_PORT: '0', STITCHD_GATEWAY_GRPC_PORT: '0' }, [
    'start',
  ]);
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain(product.dataDirectory);
  expect(ran.stderr).toContain(String(product.processes.get('product')?.pid));
});

test.each([
  ['STITCHD_GATEWAY_HTTP_PORT', '0.0.0.0'],
  ['STITCHD_GATEWAY_GRPC_PORT', '0.0.0.0'],
  ['STITCHD_GATEWAY_METRICS_PORT', '127.0.0.1'],
])('A port in use is named with the variable that changes it: %s', async (variable, host) => {
  const holder = createServer();
  holder.listen(0, host);
  await once(holder, 'listening');
  const port = String((holder.address() as AddressInfo).port);
  const free = { STITCHD_GATEWAY_HTTP_PORT: '0', STITCHD_GATEWAY_GRPC_PORT: '0', STITCHD_GATEWAY_METRICS_PORT: '0' };
  const environment = { ...product.environment, ...free, STITCHD_DATA_DIR: `${product.dataDirectory}/other`, [variable]: port };
  const ran = await runProgram(environment, ['start', '--no-demo']);
  holder.close();
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain(`port ${port} is in use`);
  expect(ran.stderr).toContain(variable);
  // Nothing is left of the start that failed.
  expect(processesIn(`${product.dataDirectory}/other`)).toEqual([]);
});

test('A service that can not open its port ends with the same sentence and code, rather than living on unready', async () => {
  const holder = createServer();
  holder.listen(0, '127.0.0.1');
  await once(holder, 'listening');
  const port = String((holder.address() as AddressInfo).port);
  const ran = await runProgram({ ...product.environment, STITCHD_AUTH_GRPC_PORT: port, STITCHD_AUTH_METRICS_PORT: '0' }, [
    'serve',
    'auth-service',
  ]);
  holder.close();
  expect(ran.code).toBe(4);
  expect(ran.stderr).toContain(`port ${port} is in use`);
  expect(ran.stderr).toContain('STITCHD_AUTH_GRPC_PORT');
});

test('Wrong settings are all named at once, and wrong words get the usage', async () => {
  const ran = await runProgram({ ...product.environment, STITCHD_LOG_LEVEL: 'loud', STITCHD_DRAIN_TIMEOUT: 'soon' }, ['start']);
  expect(ran.code).toBe(3);
  expect(ran.stderr).toContain('STITCHD_LOG_LEVEL must be one of');
  expect(ran.stderr).toContain('STITCHD_DRAIN_TIMEOUT must be a duration');
  expect((await runProgram(product.environment, ['serve', 'flags'])).code).toBe(2);
  expect((await runProgram(product.environment, ['--help'])).code).toBe(0);
});

test('Doctor finds nothing wrong with a product that runs, and says so as JSON', async () => {
  const ran = await product.run('doctor', '--json');
  const { findings } = JSON.parse(ran.stdout) as { findings: { name: string; verdict: string }[] };
  expect(findings.filter(({ verdict }) => verdict === 'bad')).toEqual([]);
  expect(findings.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Node.js', 'PostgreSQL', 'ClickHouse', 'Clock', 'Schema']),
  );
  expect(ran.code).toBe(0);
});

test('After a kill of the whole product and its engines the next start recovers by itself', async () => {
  const child = product.processes.get('product');
  const ended = once(child!, 'exit');
  for (const pid of processesIn(product.dataDirectory)) process.kill(pid, 'SIGKILL');
  child?.kill('SIGKILL');
  await ended;
  const { token } = product;
  product = await startProduct({ mode: 'together', dataDirectory: product.dataDirectory });
  expect((await fetch(`${product.url}/v1/projects`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});

test('A stop lets go of everything: no process of the engines is left, and the next start finds its data', async () => {
  const child = product.processes.get('product');
  const ended = once(child!, 'exit');
  child?.kill('SIGINT');
  expect((await ended)[0]).toBe(0);
  expect(processesIn(product.dataDirectory)).toEqual([]);
  const token = product.token;
  product = await startProduct({ mode: 'together', dataDirectory: product.dataDirectory });
  expect(product.token).toBe(token);
  expect((await fetch(`${product.url}/v1/projects`, { headers: { authorization: `Bearer ${token}` } })).status).toBe(200);
});
