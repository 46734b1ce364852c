import { spawnSync } from 'node:child_process';

let available: boolean | undefined;

/**
 * Puts util-linux's `setpriv --pdeathsig` in front of a command, where the system has it: the kernel then sends the signal
 * to the process when the one that started it dies, be it by SIGKILL. Elsewhere the command is left as it is, and the next
 * start deals with the orphan.
 */
export function dieWithParent(signal: 'INT' | 'TERM', command: readonly string[]): readonly string[] {
  available ??= spawnSync('setpriv', ['--pdeathsig', 'INT', '--', 'true'], { stdio: 'ignore' }).status === 0;
  return available ? ['setpriv', '--pdeathsig', signal, '--', ...command] : command;
}
