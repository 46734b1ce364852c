// Runs the published SDK in Bun and Deno, where they are for this machine: npm run x -- runtimes
// Their binaries are 200 MB, come by npm without an install script, and are installed by this script alone.
import { fork, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages } from './pack/published-packages.mjs';
import { stagePackage } from './pack/stage-package.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const folder = path.join(root, 'scripts/runtimes');
const timeoutMs = 120_000;

const runtimes = [
  { name: 'Node.js', command: [process.execPath] },
  { name: 'Bun', command: [path.join(folder, 'node_modules/@oven/bun-linux-x64/bin/bun'), 'run'] },
  { name: 'Deno', command: [path.join(folder, 'node_modules/@deno/linux-x64-glibc/deno'), 'run', '--allow-all', '--no-remote'] },
];

/** @param {readonly string[]} command @param {readonly string[]} words @returns {Promise<number>} */
function run([program = '', ...options], words) {
  const child = spawn(program, [...options, ...words], { stdio: 'inherit', timeout: timeoutMs });
  return new Promise((resolve) => {
    child.on('error', (error) => (console.error(error.message), resolve(1)));
    child.on('close', (code) => resolve(code ?? 1));
  });
}

async function main() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.error('Only for Linux on x64.');
    return 1;
  }
  const installed = spawnSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: folder, stdio: 'inherit' });
  if (installed.status !== 0) return 1;
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'stitchd-runtimes-'));
  const server = fork(path.join(root, 'bench/sdk-start/server-process.mjs'), ['small']);
  try {
    const [facts] = await new Promise((resolve) => server.once('message', (message) => resolve([message])));
    const sdk = publishedPackages(root).find(({ name }) => name === '@stitchd/sdk');
    if (sdk === undefined) throw new Error('@stitchd/sdk is not published');
    const published = path.join(scratch, 'sdk');
    await stagePackage(root, sdk, published);
    let failed = 0;
    for (const { name, command } of runtimes) {
      console.log(name);
      const storageDirectory = path.join(scratch, name);
      const code = await run(command, [
        path.join(folder, 'smoke-program.mjs'),
        published,
        JSON.stringify({ ...facts, storageDirectory }),
      ]);
      if (code !== 0) failed++;
      console.log(code === 0 ? `  ended by itself` : `  failed with ${code}`);
    }
    return failed === 0 ? 0 : 1;
  } finally {
    server.disconnect();
    rmSync(scratch, { recursive: true, force: true });
  }
}

process.exitCode = await main();
