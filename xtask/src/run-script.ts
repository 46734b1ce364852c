import { spawn } from 'node:child_process';
import { repositoryRoot } from './repository.ts';

/** Runs a script of the repository with what it prints on ours, and gives its exit status. */
export function runScript(script: string, args: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [script, ...args], { cwd: repositoryRoot, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => resolve(exitCode ?? 1));
  });
}
