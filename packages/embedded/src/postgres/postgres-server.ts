import type { ChildProcess } from 'node:child_process';
import { EmbeddedEngineError } from '../embedded-engine-error.ts';
import type { EngineLog, EngineLogEntry } from '../engine-log.ts';
import { embeddedLimits, postgresSettings } from '../limits.ts';
import { followOutput, type OutputTail } from '../process/output-lines.ts';
import type { PostgresLauncher } from './postgres-launcher.ts';

/** How a server ended that nobody stopped. */
export interface PostgresExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The last lines it wrote. */
  readonly output: string;
}

export interface PostgresServer {
  readonly pid: number;
  stop(): Promise<void>;
  onExit(listener: (exit: PostgresExit) => void): void;
}

export interface RunPostgresServerOptions {
  readonly launcher: PostgresLauncher;
  readonly clusterDirectory: string;
  readonly socketDirectory: string;
  readonly log: EngineLog;
  readonly signal: AbortSignal | undefined;
}

/** Runs the server and comes back when it accepts connections. */
export async function runPostgresServer(options: RunPostgresServerOptions): Promise<PostgresServer> {
  const { launcher, clusterDirectory, socketDirectory, log, signal } = options;
  const child = launcher.start('postgres', serverArguments(clusterDirectory, socketDirectory));
  let announceReady = (): void => undefined;
  const ready = new Promise<void>((resolve) => (announceReady = resolve));
  const output = followOutput([child.stdout, child.stderr], (line) => {
    if (line.includes('database system is ready to accept connections')) announceReady();
    log(toLogEntry(line));
  });
  const ended = new Promise<PostgresExit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, output: error.message }));
    child.once('close', (code, exitSignal) => resolve({ code, signal: exitSignal, output: output.text() }));
  });
  await untilReady({ child, ready, ended, output, signal });
  let stopped = false;
  return {
    pid: child.pid ?? -1,
    async stop() {
      stopped = true;
      await stopServer(child, ended);
    },
    onExit(listener) {
      void ended.then((exit) => {
        if (!stopped) listener(exit);
      });
    },
  };
}

interface Starting {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
  readonly ended: Promise<PostgresExit>;
  readonly output: OutputTail;
  readonly signal: AbortSignal | undefined;
}

async function untilReady({ child, ready, ended, output, signal }: Starting): Promise<void> {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), embeddedLimits.postgresStartMs);
  const stop = AbortSignal.any([giveUp.signal, ...(signal === undefined ? [] : [signal])]);
  const aborted = new Promise<'aborted'>((resolve) => {
    if (stop.aborted) resolve('aborted');
    else stop.addEventListener('abort', () => resolve('aborted'), { once: true });
  });
  const first = await Promise.race([ready.then(() => 'ready' as const), ended, aborted]);
  clearTimeout(timer);
  if (first === 'ready') return;
  if (first === 'aborted') {
    await stopServer(child, ended);
    signal?.throwIfAborted();
    const seconds = embeddedLimits.postgresStartMs / 1_000;
    throw new EmbeddedEngineError('ENGINE_START_FAILED', `PostgreSQL was not ready within ${seconds} s: ${output.text()}`);
  }
  throw new EmbeddedEngineError(
    'ENGINE_START_FAILED',
    `PostgreSQL ended while it started (${first.signal ?? `exit ${first.code}`}): ${first.output}`,
  );
}

/** Fast shutdown, then an immediate one, then SIGKILL: each is safe for what was committed. */
async function stopServer(child: ChildProcess, ended: Promise<PostgresExit>): Promise<void> {
  const escalation = [
    setTimeout(() => child.kill('SIGQUIT'), embeddedLimits.postgresStopMs),
    setTimeout(() => child.kill('SIGKILL'), embeddedLimits.postgresStopMs + embeddedLimits.postgresImmediateStopMs),
  ];
  child.kill('SIGINT');
  await ended;
  for (const timer of escalation) clearTimeout(timer);
}

function serverArguments(clusterDirectory: string, socketDirectory: string): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    ...postgresSettings,
    listen_addresses: '',
    port: 5432,
    // A comma-separated list of names: quoted like identifiers.
    unix_socket_directories: `"${socketDirectory.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
  };
  return ['-D', clusterDirectory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

const levels: Readonly<Record<string, EngineLogEntry['level']>> = {
  WARNING: 'warn',
  ERROR: 'error',
  FATAL: 'error',
  PANIC: 'error',
};

/** PostgreSQL's own lines: `2026-01-01 00:00:00.000 UTC [1234] LOG:  text`. */
function toLogEntry(line: string): EngineLogEntry {
  const parts = /^\S+ \S+ UTC \[\d+\] ([A-Z]+): +(.*)$/.exec(line);
  return { engine: 'postgresql', level: levels[parts?.[1] ?? ''] ?? 'info', message: parts?.[2] ?? line };
}
