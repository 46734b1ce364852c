import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/**
 * A process that answers each line of JSON by one.
 *
 * @param {string} file
 * @param {NodeJS.ProcessEnv} [environment]
 */
export function startChild(file, environment = {}) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(file, import.meta.url))], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  });
  const lines = createInterface({ input: child.stdout });
  return {
    pid: child.pid ?? 0,
    /** @param {unknown} question */
    async ask(question) {
      const answered = once(lines, 'line');
      const ended = once(child, 'exit').then(() => {
        throw new Error(`${file} ended`);
      });
      child.stdin.write(`${JSON.stringify(question)}\n`);
      const [line] = await Promise.race([answered, ended]);
      return JSON.parse(String(line));
    },
    async stop() {
      if (child.exitCode !== null) return;
      const exited = once(child, 'exit');
      child.stdin.end();
      const cut = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(cut);
    },
  };
}
