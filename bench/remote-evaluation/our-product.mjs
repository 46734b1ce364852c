// Starts the built product with 100 flags: those of the plan that every contestant gets.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePort } from './free-port.mjs';

const program = fileURLToPath(new URL('../../apps/stitchd/bin/stitchd.js', import.meta.url));

const variables = ['STITCHD_GATEWAY_HTTP_PORT', 'STITCHD_GATEWAY_GRPC_PORT', 'STITCHD_OPERATOR_PORT'];

/** @param {{ readonly flags: readonly import('./plan.mjs').PlannedFlag[], readonly nodeOptions?: readonly string[] }} options */
export async function startOurProduct({ flags, nodeOptions = [] }) {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-bench-'));
  const ports = Object.fromEntries(await Promise.all(variables.map(async (name) => [name, String(await freePort())])));
  const child = spawn(process.execPath, [...nodeOptions, program, 'start', '--json', '--no-demo'], {
    env: {
      ...process.env,
      ...ports,
      STITCHD_DATA_DIR: dataDirectory,
      STITCHD_GATEWAY_RATE_LIMIT_SERVER_KEY: '1000000',
      STITCHD_GATEWAY_RATE_LIMIT_PEOPLE: '1000000',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = async () => {
    if (child.exitCode === null) {
      child.kill('SIGTERM');
      await once(child, 'exit');
    }
    await rm(dataDirectory, { recursive: true, force: true });
  };
  try {
    await once(createInterface({ input: child.stdout }), 'line');
    const port = Number(ports['STITCHD_GATEWAY_HTTP_PORT']);
    const token = (await readFile(path.join(dataDirectory, 'operator-token'), 'utf8')).trim();
    const key = await seed(port, token, flags);
    return { port, key, pid: child.pid ?? 0, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param {number} port @param {string} token @param {readonly import('./plan.mjs').PlannedFlag[]} flags */
async function seed(port, token, flags) {
  const ask = async (/** @type {string} */ method, /** @type {string} */ where, /** @type {unknown} */ body, headers = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}/v1/projects${where}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${where}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  await ask('POST', '', { key: 'shop', name: 'Shop' });
  const environment = '/shop/environments/development';
  for (const { key, document } of flags) {
    await ask('POST', '/shop/flags', { key, name: key, type: 'boolean', clientVisible: true });
    const place = `${environment}/flags/${key}`;
    await ask('PUT', `${place}/configuration`, { document }, { 'if-match': '"1"' });
    await ask('POST', `${place}/enabled`, { enabled: true }, { 'if-match': '"2"' });
  }
  const { secret } = await ask('POST', `${environment}/sdk-keys`, { name: 'bench', kind: 'server' });
  return String(secret);
}
