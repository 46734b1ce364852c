import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import type { EngineLog } from '../engine-log.ts';
import { embeddedLimits } from '../limits.ts';
import { dieWithParent } from '../process/die-with-parent.ts';
import { followOutput } from '../process/output-lines.ts';

/** The child's program; its name tells its processes in the process table. */
export const serverProgramName = 'clickhouse-server.mjs';

/** Plain JavaScript, so that it is at the same place whether this file runs compiled or from its source. */
const serverProgram = fileURLToPath(new URL(`../../engine/${serverProgramName}`, import.meta.url));

export interface ChildExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly output: string;
}

/** One run of the engine's process. */
export interface ClickHouseChild {
  readonly pid: number;
  /** The engine's version, such as 26.7.2.1. */
  readonly version: string;
  readonly ended: Promise<ChildExit>;
  /** Asks it to end, kills it where it does not, and waits for its end. */
  stop(): Promise<void>;
}

export interface StartChildOptions {
  /** The engine's own directory: the child's working directory. */
  readonly engineDirectory: string;
  readonly socketPath: string;
  readonly log: EngineLog;
}

/** Starts the process and comes back when it answers on its socket. */
export async function startClickHouseChild(options: StartChildOptions): Promise<ClickHouseChild> {
  const { engineDirectory, socketPath, log } = options;
  const [command = '', ...words] = dieWithParent('TERM', [process.execPath, serverProgram, socketPath]);
  const child = spawn(command, words, {
    cwd: engineDirectory,
    // Its own process group, so that Ctrl-C does not reach it before the services are done.
    detached: true,
    env: { PATH: process.env['PATH'], TZ: 'UTC', LC_ALL: 'C', UV_THREADPOOL_SIZE: String(embeddedLimits.clickhouseThreads) },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const output = followOutput([child.stdout, child.stderr], (message) => log({ engine: 'clickhouse', level: 'warn', message }));
  const ended = new Promise<ChildExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, output: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, output: output.text() }));
  });
  const version = await untilReady(child, ended);
  return { pid: child.pid ?? -1, version, ended, stop: () => stopChild(child, ended) };
}

async function untilReady(child: ChildProcess, ended: Promise<ChildExit>): Promise<string> {
  const ready = new Promise<string>((resolve) => {
    child.once('message', (message) => resolve(String((message as { readonly version: unknown }).version)));
  });
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), embeddedLimits.clickhouseStartMs);
  });
  const first = await Promise.race([ready, ended, late.then(() => undefined)]);
  clearTimeout(timer);
  if (typeof first === 'string') return first;
  if (first === undefined) {
    child.kill('SIGKILL');
    throw new EmbeddedEngineError(
      'ENGINE_START_FAILED',
      `ClickHouse did not answer within ${embeddedLimits.clickhouseStartMs / 1_000} s.`,
    );
  }
  throw new EmbeddedEngineError(
    'ENGINE_START_FAILED',
    `ClickHouse ended while it started (${first.signal ?? `exit ${first.code}`}): ${first.output}`,
  );
}

async function stopChild(child: ChildProcess, ended: Promise<ChildExit>): Promise<void> {
  const timer = setTimeout(() => child.kill('SIGKILL'), embeddedLimits.clickhouseStopMs);
  child.kill('SIGTERM');
  await ended;
  clearTimeout(timer);
}
