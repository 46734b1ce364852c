// Runs the tests and ends with one line `N passed, N failed`: node scripts/test.mjs [arguments of vitest]
// vitest runs as a child that tells each result as it happens: whatever becomes of it, the closing line is written and true.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { closingOf } from './test/closing-line.mjs';

/** @typedef {import('./test/closing-line.mjs').TestEvent} TestEvent */

const vitest = fileURLToPath(new URL('vitest.mjs', `file://${createRequire(import.meta.url).resolve('vitest/package.json')}`));
const reporter = fileURLToPath(new URL('test/tally-reporter.mjs', import.meta.url));

/**
 * @param {readonly string[]} args
 * @returns {Promise<import('./test/closing-line.mjs').RunResult>}
 */
function runVitest(args) {
  const command = [vitest, 'run', '--reporter=default', `--reporter=${reporter}`, ...args];
  const child = spawn(process.execPath, command, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
  /** @type {TestEvent[]} */
  const events = [];
  child.on('message', (message) => void events.push(/** @type {TestEvent} */ (message)));
  // Ctrl-C reaches vitest too: it stops its stores, and then we close with what is known.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode) => {
      // The channel may still hold results when the streams are closed.
      if (!child.connected) return resolve({ events, exitCode });
      child.on('disconnect', () => resolve({ events, exitCode }));
    });
  });
}

const closing = closingOf(await runVitest(process.argv.slice(2)));
console.log(closing.lines.join('\n'));
process.exitCode = closing.failed === 0 ? 0 : 1;
