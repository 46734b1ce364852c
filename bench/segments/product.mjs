import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { freePorts } from '../remote-evaluation/free-port.mjs';

const program = fileURLToPath(new URL('../../apps/stitchd/bin/stitchd.js', import.meta.url));
const portNames = [
  'STITCHD_GATEWAY_HTTP_PORT',
  'STITCHD_GATEWAY_GRPC_PORT',
  'STITCHD_POSTGRES_PORT',
  'STITCHD_CLICKHOUSE_HTTP_PORT',
  'STITCHD_METRICS_PORT',
];

/** @typedef {{ url: string, syncUrl: string, token: string, stop: () => Promise<void> }} Product */

/** Starts the built product on ports and a data directory of its own. @returns {Promise<Product>} */
export async function startProduct() {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-bench-'));
  const ports = await freePorts(portNames);
  // A list of a million keys is on the edge of what is synced by default, and would leave with the next one.
  const env = { ...process.env, ...ports, STITCHD_DATA_DIR: directory, STITCHD_SEGMENTATION_SYNCED_KEYS: '2000000' };
  const child = spawn(process.execPath, [program, 'start', '--json', '--no-demo'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.exitCode === null) await once(child, 'exit');
    await rm(directory, { recursive: true, force: true });
  };
  const started = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line'),
    once(child, 'exit').then(() => undefined),
  ]);
  if (started === undefined) {
    await stop();
    throw new Error('the product did not start');
  }
  return {
    url: `http://127.0.0.1:${ports['STITCHD_GATEWAY_HTTP_PORT']}`,
    syncUrl: `http://127.0.0.1:${ports['STITCHD_GATEWAY_GRPC_PORT']}`,
    token: (await readFile(path.join(directory, 'operator-token'), 'utf8')).trim(),
    stop,
  };
}

/**
 * A REST request as a person would make it.
 * @param {Product} product @param {string} method @param {string} resource @param {unknown} [body] @param {string} [version]
 * @returns {Promise<any>}
 */
export async function ask({ url, token }, method, resource, body, version) {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    ...(version && { 'if-match': version }),
  };
  const response = await fetch(`${url}${resource}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${method} ${resource}: ${response.status} ${text.slice(0, 500)}`);
  return text === '' ? undefined : JSON.parse(text);
}
