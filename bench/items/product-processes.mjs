// The whole product with each service in a process of its own, as an operator runs it apart, and a shop in it that takes items.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { serviceNames, variablePrefix } from '@stitchd/service-kit';
import { freePort } from '../remote-evaluation/free-port.mjs';
import { processTree } from './process-tree.mjs';

const program = fileURLToPath(new URL('../../apps/stitchd/bin/stitchd.js', import.meta.url));
const startTimeoutMs = 120_000;

/** @typedef {Awaited<ReturnType<typeof startProcesses>>} ProductProcesses */

async function choosePorts() {
  const names = ['STITCHD_GATEWAY_HTTP_PORT'];
  for (const name of serviceNames)
    names.push(`STITCHD_${variablePrefix(name)}_GRPC_PORT`, `STITCHD_${variablePrefix(name)}_METRICS_PORT`);
  /** @type {Record<string, string>} */
  const ports = {};
  while (new Set(Object.values(ports)).size < names.length) for (const name of names) ports[name] = String(await freePort());
  return ports;
}

/**
 * @param {NodeJS.ProcessEnv} [settings]
 * @param {(name: string, text: string) => void} [onLog] what the services write into their logs
 */
export async function startProcesses(settings = {}, onLog = () => undefined) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-items-'));
  const ports = await choosePorts();
  const env = { ...process.env, ...ports, STITCHD_DATA_DIR: directory, STITCHD_LOG_LEVEL: 'error', ...settings };
  /** @type {Map<string, import('node:child_process').ChildProcess>} */
  const children = new Map();
  /** @param {string} name @param {readonly string[]} words */
  const launch = (name, words) => {
    const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    child.stderr?.on('data', (chunk) => onLog(name, String(chunk)));
    if (words[0] === 'serve') child.stdout?.on('data', (chunk) => onLog(name, String(chunk)));
    children.set(name, child);
    return child;
  };
  /** @param {readonly string[]} words */
  const run = async (words) => {
    const child = spawn(process.execPath, [program, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`stitchd ${words.join(' ')} ended with ${code}`);
  };
  /** @param {string} name */
  const readyz = async (name) => {
    const port = ports[`STITCHD_${variablePrefix(/** @type {any} */ (name))}_METRICS_PORT`];
    return fetch(`http://127.0.0.1:${port}/readyz`).catch(() => undefined);
  };
  /** @param {string} name */
  const waitUntilReady = async (name) => {
    for (const deadline = Date.now() + startTimeoutMs; (await readyz(name))?.ok !== true; await wait(50))
      if (Date.now() > deadline) throw new Error(`${name} is not ready`);
  };
  const stop = async () => {
    for (const child of [...children.values()].toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      await ended;
    }
    await rm(directory, { recursive: true, force: true });
  };
  try {
    const stores = launch('stores', ['stores', '--json']);
    const [line] = await once(createInterface({ input: /** @type {any} */ (stores.stdout) }), 'line');
    const { clickhouseUrl } = JSON.parse(String(line));
    await run(['migrate', '--json']);
    for (const name of serviceNames) launch(name, ['serve', name]);
    for (const name of serviceNames) await waitUntilReady(name);
    await run(['seed', '--json', '--no-demo']);
    const url = `http://127.0.0.1:${ports['STITCHD_GATEWAY_HTTP_PORT']}`;
    const token = (await readFile(path.join(directory, 'operator-token'), 'utf8')).trim();
    return {
      url,
      directory,
      clickhouseUrl: String(clickhouseUrl),
      shop: await openShop(url, token),
      /** @param {string} name */
      pidOf: (name) => children.get(name)?.pid ?? 0,
      /** The two engines and every service: their processes by name. @returns {Promise<Map<string, number[]>>} */
      async processes() {
        const found = new Map([...children].map(([name, child]) => [name, [child.pid ?? 0]]));
        for (const { pid, command } of await processTree(children.get('stores')?.pid ?? 0)) {
          const engine = command.includes('clickhouse-server')
            ? 'clickhouse'
            : command.includes('postgres')
              ? 'postgres'
              : undefined;
          if (engine !== undefined) found.set(engine, [...(found.get(engine) ?? []), pid]);
        }
        return found;
      },
      /** Ends a service at once and starts it again, as a supervisor would. @param {string} name */
      async killAndRestart(name) {
        const child = children.get(name);
        if (child !== undefined && child.exitCode === null && child.signalCode === null) {
          const ended = once(child, 'exit');
          child.kill('SIGKILL');
          await ended;
        }
        launch(name, ['serve', name]);
      },
      waitUntilReady,
      readyz,
      /** A service's figures for operators. @param {string} name */
      async metricsOf(name) {
        const port = ports[`STITCHD_${variablePrefix(/** @type {any} */ (name))}_METRICS_PORT`];
        return (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A project with an event, a key, and no limit that a load would meet. @param {string} url @param {string} token */
export async function openShop(url, token) {
  /** @param {string} method @param {string} place @param {unknown} [body] @param {Record<string, string>} [headers] @returns {Promise<any>} */
  const ask = async (method, place, body, headers = {}) => {
    const response = await fetch(`${url}/v1/projects${place}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${place}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  await ask('POST', '', { key: 'shop', name: 'Shop' });
  await ask('POST', '/shop/events', { key: 'purchase', name: 'Purchase', valueType: 'double' });
  const environment = '/shop/environments/development';
  await ask('PATCH', `${environment}/event-settings`, { itemsPerSecond: 1_000_000 }, { 'if-match': '"1"' });
  const { secret } = await ask('POST', `${environment}/sdk-keys`, { name: 'load', kind: 'server' });
  const { id: environmentId } = await ask('GET', environment);
  let version = 2;
  return {
    key: String(secret),
    /** @param {number} itemsPerSecond */
    async limit(itemsPerSecond) {
      await ask('PATCH', `${environment}/event-settings`, { itemsPerSecond }, { 'if-match': `"${version++}"` });
    },
    environmentId: String(environmentId),
    /** Distinct items whose time lies in a period, and what waits. @param {number} fromMs @param {number} toMs */
    async counts(fromMs, toMs) {
      const period = `from=${new Date(fromMs).toISOString()}&to=${new Date(toMs).toISOString()}`;
      const { events, waiting } = await ask('GET', `${environment}/item-counts?${period}`);
      return { stored: Number(events[0]?.items ?? 0), waiting: Number(waiting) };
    },
  };
}
