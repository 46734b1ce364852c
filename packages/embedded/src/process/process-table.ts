import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { embeddedLimits } from '../limits.ts';

/**
 * The processes that run `program` on `directory`, by Linux's process table: their working directory is it, or their `-D`
 * names it. A bare process id, as in `postmaster.pid`, says nothing: ids are used again. Zombies don't count.
 *
 * @param program the process's name, or the file name of a script that it runs
 */
export function processesOn(directory: string, program: string): readonly number[] {
  const real = realPath(directory);
  if (real === undefined) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => (workingDirectory(pid) === real || dataArgument(pid) === real) && runs(pid, program));
}

/** Whether a process lives, and runs that program; a zombie does not. */
function runs(pid: number, program: string): boolean {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return false;
  // "pid (name) state …", and the name may hold parentheses itself.
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  if (state === 'Z' || state === 'X') return false;
  return name === program || commandLine(pid).some((word) => basename(word) === program);
}

function commandLine(pid: number): readonly string[] {
  return read(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // It ended, or it belongs to somebody else: not ours either way.
  }
}

function dataArgument(pid: number): string | undefined {
  const words = commandLine(pid);
  const value = words[words.indexOf('-D') + 1];
  return words.includes('-D') && value !== undefined ? realPath(value) : undefined;
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

/** Sends a signal; a process that is already gone is no error. */
export function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Waits until `gone` holds, looking again and again, for at most `timeoutMs`; false where it did not come to hold. */
export async function waitUntilGone(gone: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!gone()) {
    if (Date.now() >= deadline) return false;
    await pause(embeddedLimits.processPollMs);
  }
  return true;
}
