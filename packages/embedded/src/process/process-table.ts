import { readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { embeddedLimits } from '../limits.ts';

/**
 * The processes called `command` that work on `directory`, by Linux's process table: their working directory is it, or their
 * `-D` names it. A bare process id, as in `postmaster.pid`, says nothing: ids are used again. Zombies don't count.
 */
export function processesOn(directory: string, command: string): readonly number[] {
  const real = realPath(directory);
  if (real === undefined) return [];
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .map(Number)
    .filter((pid) => isRunning(pid, command) && (workingDirectory(pid) === real || dataArgument(pid) === real));
}

/** Whether a process of that name lives; a zombie does not. */
function isRunning(pid: number, command: string): boolean {
  const stat = read(`/proc/${pid}/stat`);
  if (stat === undefined) return false;
  // "pid (name) state …", and the name may hold parentheses itself.
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0];
  return name === command && state !== 'Z' && state !== 'X';
}

function workingDirectory(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return undefined; // It ended, or it belongs to somebody else: not ours either way.
  }
}

function dataArgument(pid: number): string | undefined {
  const words = read(`/proc/${pid}/cmdline`)?.split('\0') ?? [];
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
