import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { serviceNames, variablePrefix, type ServiceName } from '@stitchd/service-kit';

export type Mode = 'together' | 'apart';
export const modes: readonly Mode[] = ['together', 'apart'];

const program = fileURLToPath(new URL('../../apps/stitchd/bin/stitchd.js', import.meta.url));
/** Backend services before the gateway, which looks for them at once. */
const backends = serviceNames.filter((name) => name !== 'gateway');

/** A running product: the built program in processes of its own, as an operator starts it. */
export interface Product {
  readonly mode: Mode;
  readonly url: string;
  readonly syncUrl: string;
  readonly dataDirectory: string;
  /** An API token of the owner role. */
  readonly token: string;
  readonly signInUrl: string;
  readonly demo: { readonly serverKey: string; readonly clientKey: string } | undefined;
  readonly environment: NodeJS.ProcessEnv;
  /** Process ids by name: `product` together; `stores` and each service apart. */
  readonly processes: ReadonlyMap<string, ChildProcess>;
  /** Runs a command of the program against it. */
  readonly run: (...words: string[]) => Promise<Ran>;
  /** @throws Error that tells of each process that had ended by itself, with a failure */
  readonly stop: () => Promise<void>;
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProductOptions {
  readonly mode: Mode;
  readonly demo?: boolean;
  readonly environment?: NodeJS.ProcessEnv;
  readonly dataDirectory?: string;
}

/** Starts the whole product on free ports and a data directory of its own. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const dataDirectory = options.dataDirectory ?? (await mkdtemp(path.join(os.tmpdir(), 'stitchd-story-')));
  const environment: NodeJS.ProcessEnv = {
    ...cleanEnvironment(),
    ...(await choosePorts()),
    ...options.environment,
    STITCHD_DATA_DIR: dataDirectory,
  };
  const processes = new Map<string, ChildProcess>();
  const endAll = async (): Promise<void> => {
    for (const child of [...processes.values()].toReversed()) await end(child);
    if (options.dataDirectory === undefined) await rm(dataDirectory, { recursive: true, force: true });
  };
  const stop = async (): Promise<void> => {
    const failed = [...processes].filter(([, child]) => (child.exitCode ?? 0) !== 0);
    await endAll();
    if (failed.length > 0) throw new Error(failed.map(([name, child]) => endOf(name, child)).join('\n'));
  };
  try {
    const facts =
      options.mode === 'together'
        ? await startTogether(environment, processes, options.demo ?? false)
        : await startApart(environment, processes, options.demo ?? false);
    return {
      ...facts,
      mode: options.mode,
      dataDirectory,
      environment,
      processes,
      token: (await readFile(path.join(dataDirectory, 'operator-token'), 'utf8')).trim(),
      url: `http://127.0.0.1:${environment['STITCHD_GATEWAY_HTTP_PORT']}`,
      syncUrl: `http://127.0.0.1:${environment['STITCHD_GATEWAY_GRPC_PORT']}`,
      run: (...words) => runProgram(environment, words),
      stop,
    };
  } catch (error) {
    await endAll();
    throw error;
  }
}

interface StartFacts {
  readonly signInUrl: string;
  readonly demo: Product['demo'];
}

async function startTogether(
  environment: NodeJS.ProcessEnv,
  processes: Map<string, ChildProcess>,
  demo: boolean,
): Promise<StartFacts> {
  const child = launch(environment, ['start', '--json', ...(demo ? [] : ['--no-demo'])]);
  processes.set('product', child);
  return JSON.parse(await firstLine(child)) as StartFacts;
}

async function startApart(
  environment: NodeJS.ProcessEnv,
  processes: Map<string, ChildProcess>,
  demo: boolean,
): Promise<StartFacts> {
  const stores = launch(environment, ['stores', '--json']);
  processes.set('stores', stores);
  await firstLine(stores);
  await expectSuccess(runProgram(environment, ['migrate', '--json']));
  for (const name of [...backends, 'gateway' as const]) processes.set(name, launch(environment, ['serve', name]));
  await Promise.all(
    [...processes]
      .filter(([name]) => name !== 'stores')
      .map(([name, child]) => waitUntilReady(name as ServiceName, child, environment)),
  );
  const seeded = await expectSuccess(runProgram(environment, ['seed', '--json', ...(demo ? [] : ['--no-demo'])]));
  return JSON.parse(seeded.stdout) as StartFacts;
}

async function expectSuccess(running: Promise<Ran>): Promise<Ran> {
  const ran = await running;
  if (ran.code !== 0) throw new Error(`exit ${ran.code}: ${ran.stderr}`);
  return ran;
}

/** Starts one service of an apart product again, after a test has ended it. */
export async function restartService(product: Product, name: ServiceName): Promise<void> {
  const child = launch(product.environment, ['serve', name]);
  (product.processes as Map<string, ChildProcess>).set(name, child);
  await waitUntilReady(name, child, product.environment);
}

/** One more process of a service that runs apart. */
export interface Replica {
  readonly child: ChildProcess;
  /** The settings of this process; those that find it are named like its service's. */
  readonly environment: NodeJS.ProcessEnv;
}

/**
 * Starts another replica of a service of an apart product, on ports of its own, with further settings, such as where it finds
 * others. It ends with the product.
 */
export async function startReplica(product: Product, name: ServiceName, settings: NodeJS.ProcessEnv = {}): Promise<Replica> {
  const ports = await chooseFreePorts([
    ...(name === 'gateway' ? ['STITCHD_GATEWAY_HTTP_PORT'] : []),
    `STITCHD_${variablePrefix(name)}_GRPC_PORT`,
    `STITCHD_${variablePrefix(name)}_METRICS_PORT`,
  ]);
  return launchReplica(product, name, { ...product.environment, ...ports, ...settings });
}

/** Starts a replica that has ended again, on the same ports. */
export function restartReplica(product: Product, name: ServiceName, { environment }: Replica): Promise<Replica> {
  return launchReplica(product, name, environment);
}

async function launchReplica(product: Product, name: ServiceName, environment: NodeJS.ProcessEnv): Promise<Replica> {
  const child = launch(environment, ['serve', name]);
  const processes = product.processes as Map<string, ChildProcess>;
  processes.set(`${name} ${environment[`STITCHD_${variablePrefix(name)}_GRPC_PORT`]}`, child);
  await waitUntilReady(name, child, environment);
  return { child, environment };
}

const startTimeoutMs = 60_000;

async function waitUntilReady(name: ServiceName, child: ChildProcess, environment: NodeJS.ProcessEnv): Promise<void> {
  const url = `http://127.0.0.1:${environment[`STITCHD_${variablePrefix(name)}_METRICS_PORT`]}/readyz`;
  let last = 'no answer';
  for (const deadline = Date.now() + startTimeoutMs; Date.now() < deadline; await pause(100)) {
    if (child.exitCode !== null) throw new Error(endOf(name, child));
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    last = response === undefined ? 'no answer' : await response.text();
  }
  throw new Error(`${name} is not ready after ${startTimeoutMs / 1_000} s: ${last}\n${outputOf(child)}`);
}

export function runProgram(environment: NodeJS.ProcessEnv, words: readonly string[]): Promise<Ran> {
  const child = spawn(process.execPath, [program, ...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout, stderr }));
  });
}

const outputs = new WeakMap<ChildProcess, string[]>();

/** What its processes have written into their logs. */
export function logOf({ processes }: Product): string {
  return [...processes.values()].flatMap((child) => outputs.get(child) ?? []).join('');
}

function outputOf(child: ChildProcess): string {
  return (outputs.get(child) ?? []).join('').slice(-4_000);
}

function endOf(name: string, child: ChildProcess): string {
  return `${name} ended with ${child.exitCode}: ${outputOf(child)}`;
}

function launch(environment: NodeJS.ProcessEnv, words: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [program, ...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  outputs.set(child, lines);
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()));
  return child;
}

async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  const exited = once(child, 'exit').then(([code]) => {
    throw new Error(`the program ended with ${String(code)}: ${outputOf(child)}`);
  });
  const line = new Promise<string>((resolve) => {
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text.slice(0, text.indexOf('\n')));
    });
  });
  exited.catch(() => undefined);
  return Promise.race([line, exited]);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** The test run's own settings must not reach the product. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(STITCHD_|VITEST|NODE_ENV|NODE_OPTIONS|npm_)/.test(name)),
  );
}

async function choosePorts(): Promise<NodeJS.ProcessEnv> {
  return chooseFreePorts([
    'STITCHD_GATEWAY_HTTP_PORT',
    ...serviceNames.flatMap((name) => [
      `STITCHD_${variablePrefix(name)}_GRPC_PORT`,
      `STITCHD_${variablePrefix(name)}_METRICS_PORT`,
    ]),
  ]);
}

/**
 * Below the ports that systems give to outgoing connections, so that none of those takes one between choosing and starting;
 * half of them for each of the two processes that may run stories at once.
 */
const lowestPort = 10_000;
const portsOfWorker = 10_000;
const firstPort = lowestPort + portsOfWorker * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 2);
/** Each choice goes on from the last one: what a product has just left is not taken again at once. */
let portsPassed = randomInt(portsOfWorker);

async function chooseFreePorts(names: readonly string[]): Promise<NodeJS.ProcessEnv> {
  const chosen: NodeJS.ProcessEnv = {};
  for (const name of names) {
    let port: number;
    do port = firstPort + (portsPassed++ % portsOfWorker);
    while (!(await isFree(port)));
    chosen[name] = String(port);
  }
  return chosen;
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  server.listen(port, '127.0.0.1');
  const free = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (free) await once(server.close(), 'close');
  return free;
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
