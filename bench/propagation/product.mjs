import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceNames, variablePrefix } from '@stitchd/service-kit';
import { freePorts } from '../remote-evaluation/free-port.mjs';

const program = fileURLToPath(new URL('../../apps/stitchd/bin/stitchd.js', import.meta.url));

/**
 * The whole product with stores of its own, on whatever processors the system gives it.
 * @param {{ readonly hasDemo?: boolean }} [options] whether it makes the demo project first
 */
export async function startProduct({ hasDemo = false } = {}) {
  const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-bench-'));
  const ports = await freePorts([
    'STITCHD_GATEWAY_HTTP_PORT',
    ...serviceNames.flatMap((name) => ['GRPC', 'METRICS'].map((kind) => `STITCHD_${variablePrefix(name)}_${kind}_PORT`)),
  ]);
  // Writes follow each other at once, which nobody's fingers do.
  const unlimited = { STITCHD_GATEWAY_RATE_LIMIT_PEOPLE: '1000000' };
  const env = { ...process.env, ...ports, ...unlimited, STITCHD_DATA_DIR: dataDirectory };
  const child = spawn(process.execPath, [program, 'start', '--json', ...(hasDemo ? [] : ['--no-demo'])], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.stdout.resume();
  const token = (await readFile(path.join(dataDirectory, 'operator-token'), 'utf8')).trim();
  const url = `http://127.0.0.1:${ports['STITCHD_GATEWAY_HTTP_PORT']}`;
  return {
    url,
    token,
    dataDirectory,
    pid: child.pid ?? 0,
    syncUrl: `http://127.0.0.1:${ports['STITCHD_GATEWAY_GRPC_PORT']}`,
    /** @param {string} method @param {string} place @param {object} [body] @param {Record<string, string>} [headers] */
    async ask(method, place, body, headers = {}) {
      const response = await fetch(`${url}${place}`, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`${method} ${place} answered ${response.status}: ${text}`);
      return text === '' ? {} : JSON.parse(text);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
      await rm(dataDirectory, { recursive: true, force: true });
    },
  };
}
