import { type ChildProcess, spawn } from 'node:child_process';
import { dieWithParent } from '../process/die-with-parent.ts';
import { followOutput } from '../process/output-lines.ts';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { commandAs, fileOwner, type ServerIdentity } from './server-identity.ts';

export type RunOutcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly reason: string; readonly output: string };

/** Starts PostgreSQL's programs under the chosen identity. */
export interface PostgresLauncher {
  /** Runs a program to its end. */
  run(program: keyof PostgresBinaries, words: readonly string[], timeoutMs: number): Promise<RunOutcome>;
  /** Starts a program that stays. */
  start(program: keyof PostgresBinaries, words: readonly string[]): ChildProcess;
}

export function createPostgresLauncher(binaries: PostgresBinaries, identity: ServerIdentity): PostgresLauncher {
  const start = (program: keyof PostgresBinaries, words: readonly string[]): ChildProcess => {
    const [command = '', ...rest] = commandAs(identity, dieWithParent('INT', [binaries[program], ...words]));
    const owner = fileOwner(identity);
    return spawn(command, rest, {
      // Its own process group: Ctrl-C reaches the services, which drain, and not the database under them.
      detached: true,
      cwd: '/',
      env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(owner === undefined ? {} : { uid: owner.uid, gid: owner.gid }),
    });
  };
  return { start, run: (program, words, timeoutMs) => finish(start(program, words), timeoutMs) };
}

function finish(child: ChildProcess, timeoutMs: number): Promise<RunOutcome> {
  const output = followOutput([child.stdout, child.stderr], () => undefined);
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  return new Promise((resolve) => {
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: 'failed', reason: error.message, output: '' });
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      resolve(code === 0 ? { kind: 'done' } : { kind: 'failed', reason: signal ?? `exit ${code}`, output: output.text() });
    });
  });
}
