import { spawn, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { npmEnvironment } from './bootstrap/install.mjs';
import { nodeVersionProblem } from './bootstrap/node-version.mjs';

const scripts = fileURLToPath(new URL('.', import.meta.url));
const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/**
 * A small checkout under an unpleasant path. Its npm is a program that writes down how it was called and makes
 * `node_modules` with a compiler and a bundler of the same kind, so that what bootstrap does can be counted.
 */
function makeCheckout(): { readonly root: string; readonly env: NodeJS.ProcessEnv; readonly calls: () => readonly string[] } {
  const parent = mkdtempSync(join(tmpdir(), 'stitchd-bootstrap-test-'));
  directories.push(parent);
  const root = join(parent, `it's a "check out" ü`);
  const log = join(parent, 'calls');
  const write = (path: string, text: string) => {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('package.json', JSON.stringify({ name: 'x', workspaces: ['packages/*', 'apps/*', 'xtask'] }));
  write('package-lock.json', '{}');
  write('tsconfig.json', JSON.stringify({ references: [{ path: 'packages/a' }] }));
  write('packages/a/package.json', '{"name":"a"}');
  write('packages/a/src/index.ts', 'export {};');
  write('apps/admin/package.json', '{"name":"admin"}');
  write('apps/admin/index.html', '<html></html>');
  cpSync(join(scripts, 'bootstrap.mjs'), join(root, 'scripts/bootstrap.mjs'));
  cpSync(join(scripts, 'bootstrap'), join(root, 'scripts/bootstrap'), { recursive: true });
  const recorder = `const fs = require('node:fs'); const path = require('node:path');
    const note = (text) => fs.appendFileSync(${JSON.stringify(log)}, text + '\\n');
    const put = (file, text) => { fs.mkdirSync(path.dirname(file), { recursive: true }); fs.writeFileSync(file, text); };`;
  const tool = (name: string, output: string) =>
    `${recorder} note(${JSON.stringify(name)} + ' ' + process.argv.slice(2).join(' ')); put(${JSON.stringify(output)}, '');`;
  writeFileSync(
    join(parent, 'npm-cli.js'),
    `${recorder}
    note('npm ' + process.argv.slice(2).join(' ') + (process.env.npm_lifecycle_event ?? '') + (process.env.npm_package_name ?? ''));
    fs.rmSync('node_modules', { recursive: true, force: true });
    put('node_modules/@typescript/native/bin/tsc', ${JSON.stringify(tool('tsc', 'packages/a/dist/index.js'))});
    put('node_modules/vite/bin/vite.js', ${JSON.stringify(tool('vite', 'apps/admin/dist/index.html'))});
    // The second of two would now find a half made installation, if it did not wait.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    if (fs.existsSync('fail')) process.exit(7);`,
  );
  const env = {
    ...process.env,
    npm_execpath: join(parent, 'npm-cli.js'),
    npm_lifecycle_event: 'prestart',
    npm_package_name: 'outer',
  };
  return { root, env, calls: () => (existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : []) };
}

function bootstrap(
  root: string,
  env: NodeJS.ProcessEnv,
  ...words: string[]
): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, 'scripts/bootstrap.mjs'), ...words], {
    cwd: tmpdir(),
    env,
    encoding: 'utf8',
  });
  return { status, output: stdout + stderr };
}

const npm = 'npm ci --include=dev --include=optional --no-audit --no-fund --loglevel=error';
const tsc = 'tsc -b';
const vite = 'vite build apps/admin --logLevel=warn';

test('a fresh checkout is installed and built once, and then nothing is done', () => {
  const { root, env, calls } = makeCheckout();
  expect(bootstrap(root, env, 'build')).toMatchObject({ status: 0 });
  expect(calls()).toEqual([npm, tsc, vite]);
  expect(bootstrap(root, env, 'build')).toEqual({ status: 0, output: '' });
  expect(bootstrap(root, env)).toEqual({ status: 0, output: '' });
  expect(calls()).toHaveLength(3);
  expect(readdirSync(join(root, '.stitchd'))).toEqual([]);
});

test('without `build` it installs only', () => {
  const { root, env, calls } = makeCheckout();
  expect(bootstrap(root, env).status).toBe(0);
  expect(calls()).toEqual([npm]);
});

test.each([
  ['a source of a package', 'packages/a/src/index.ts', [tsc, vite]],
  ['a source of the admin UI', 'apps/admin/index.html', [vite]],
  ['the lock', 'package-lock.json', [npm, tsc, vite]],
  ["a workspace's package.json", 'packages/a/package.json', [npm, tsc, vite]],
  ['a test', 'packages/a/src/index.test.ts', []],
  ['a document', 'packages/a/README.md', []],
])('after a change of %s only what depends on it is done', (_what, path, expected) => {
  const { root, env, calls } = makeCheckout();
  bootstrap(root, env, 'build');
  const before = calls().length;
  writeFileSync(join(root, path), `${existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : ''} `);
  expect(bootstrap(root, env, 'build').status).toBe(0);
  expect(calls().slice(before)).toEqual(expected);
});

test('a file that is as long as before and newer is seen', () => {
  const { root, env, calls } = makeCheckout();
  bootstrap(root, env, 'build');
  const source = join(root, 'packages/a/src/index.ts');
  const { atime, mtimeMs } = statSync(source);
  utimesSync(source, atime, new Date(mtimeMs + 5_000));
  bootstrap(root, env, 'build');
  expect(calls().slice(3)).toEqual([tsc, vite]);
});

test('what was built and then removed is built again', () => {
  const { root, env, calls } = makeCheckout();
  bootstrap(root, env, 'build');
  rmSync(join(root, 'packages/a/dist'), { recursive: true });
  bootstrap(root, env, 'build');
  expect(calls().slice(3)).toEqual([tsc]);
});

test('an installation that fails is told, its status returned, and it is tried again', () => {
  const { root, env, calls } = makeCheckout();
  writeFileSync(join(root, 'fail'), '');
  expect(bootstrap(root, env, 'build')).toMatchObject({ status: 7, output: expect.stringContaining('Installing failed') });
  rmSync(join(root, 'fail'));
  expect(bootstrap(root, env, 'build').status).toBe(0);
  expect(calls()).toEqual([npm, npm, tsc, vite]);
});

test('two at once do the work once: the second waits and finds it done', async () => {
  const { root, env, calls } = makeCheckout();
  const both = [1, 2, 3].map(() =>
    spawn(process.execPath, [join(root, 'scripts/bootstrap.mjs'), 'build'], { env, stdio: 'ignore' }),
  );
  const codes = await Promise.all(both.map(async (child) => (await once(child, 'exit'))[0]));
  expect(codes).toEqual([0, 0, 0]);
  expect(calls()).toEqual([npm, tsc, vite]);
});

test('the ticket of a bootstrap that was killed does not stop the next one', () => {
  const { root, env, calls } = makeCheckout();
  mkdirSync(join(root, '.stitchd'));
  // Our own process lives, but has not started then.
  for (const ticket of ['bootstrap-999999999-5', `bootstrap-${process.pid}-1`]) writeFileSync(join(root, '.stitchd', ticket), '');
  expect(bootstrap(root, env).status).toBe(0);
  expect(calls()).toEqual([npm]);
  expect(readdirSync(join(root, '.stitchd'))).toEqual([]);
});

test('Node 20.19 is new enough, and anything older is told so', () => {
  for (const version of ['v20.19.0', 'v20.20.2', 'v21.0.0', 'v24.1.0'])
    expect(nodeVersionProblem(version, 'node')).toBeUndefined();
  for (const version of ['v20.18.9', 'v18.20.0', 'v9.0.0'])
    expect(nodeVersionProblem(version, '/opt/node')).toMatch(/20\.19 or newer.*\/opt\/node/);
});

test('npm gets no word of the script that runs it, and keeps its configuration', () => {
  const env = {
    PATH: '/bin',
    npm_lifecycle_event: 'start',
    npm_package_json: 'x',
    npm_config_workspace: 'a',
    npm_config_cache: '/cache',
    npm_config_registry: 'r',
  };
  expect(npmEnvironment(env, '/root')).toEqual({ PATH: '/bin', npm_config_cache: '/cache', npm_config_registry: 'r' });
});
