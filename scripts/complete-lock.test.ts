import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { entriesWithAddress, missingOptionalEntries, platformOf } from './complete-lock.mjs';

const program = fileURLToPath(new URL('./complete-lock.mjs', import.meta.url));
const ours = fileURLToPath(new URL('../package-lock.json', import.meta.url));

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

function lockFile(packages: object): string {
  const directory = mkdtempSync(join(tmpdir(), 'stitchd-lock-file-test-'));
  directories.push(directory);
  const path = join(directory, 'package-lock.json');
  writeFileSync(path, `${JSON.stringify({ name: 'x', lockfileVersion: 3, packages }, null, 2)}\n`);
  return path;
}

function run(...words: string[]): { readonly status: number | null; readonly output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...words], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

test('our lock lacks no optional platform package and holds no address of a registry', () => {
  const { packages } = JSON.parse(readFileSync(ours, 'utf8'));
  expect(Object.keys(missingOptionalEntries(packages))).toEqual([]);
  expect(entriesWithAddress(packages)).toEqual([]);
});

test('our package.json denies the install scripts of every package that has one', () => {
  const { packages } = JSON.parse(readFileSync(ours, 'utf8')) as {
    packages: Record<string, { readonly hasInstallScript?: boolean }>;
  };
  const { allowScripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const withScript = Object.keys(packages).filter((place) => packages[place]?.hasInstallScript === true);
  const names = new Set(withScript.map((place) => place.split('node_modules/').at(-1)));
  expect(allowScripts).toEqual(Object.fromEntries([...names].map((name) => [name, false])));
});

test('a missing package of another platform is added where Node would look for it', () => {
  const packages = {
    'node_modules/bundler': {
      version: '2.0.0',
      dev: true,
      optionalDependencies: { '@b/win32-arm64': '2.0.0', '@b/linux-x64-gnu': '2.0.0' },
    },
    'node_modules/@b/linux-x64-gnu': { version: '2.0.0', optional: true },
  };
  expect(missingOptionalEntries(packages)).toEqual({
    'node_modules/@b/win32-arm64': { version: '2.0.0', optional: true, dev: true, os: ['win32'], cpu: ['arm64'] },
  });
});

test('where another version is in the way, the entry is nested under the package that wants it', () => {
  const packages = {
    'node_modules/new': { version: '2.0.0', optionalDependencies: { '@b/darwin-x64': '2.0.0' } },
    'node_modules/old': { version: '1.0.0' },
    'node_modules/old/node_modules/inner': { version: '1.0.0', optionalDependencies: { '@b/darwin-x64': '1.0.0' } },
  };
  const added = missingOptionalEntries(packages);
  expect(Object.keys(added)).toEqual([
    'node_modules/@b/darwin-x64',
    'node_modules/old/node_modules/inner/node_modules/@b/darwin-x64',
  ]);
  expect(added['node_modules/old/node_modules/inner/node_modules/@b/darwin-x64']).toMatchObject({ version: '1.0.0' });
  expect(missingOptionalEntries({ ...packages, ...added })).toEqual({});
});

test('a range is met by what is there, and else by its lowest version', () => {
  const dependent = { version: '1.0.0', optionalDependencies: { fsevents: '~2.3.2' } };
  expect(missingOptionalEntries({ 'node_modules/a': dependent, 'node_modules/fsevents': { version: '2.3.3' } })).toEqual({});
  expect(missingOptionalEntries({ 'node_modules/a': dependent })).toEqual({
    'node_modules/fsevents': { version: '2.3.2', optional: true, os: ['darwin'] },
  });
  expect(() => missingOptionalEntries({ a: { optionalDependencies: { b: '>=1 <3' } } })).toThrow(/b@>=1 <3/);
});

test.each([
  ['@esbuild/linux-x64', { os: ['linux'], cpu: ['x64'] }],
  ['@rollup/rollup-linux-arm64-musl', { os: ['linux'], cpu: ['arm64'], libc: ['musl'] }],
  ['@rollup/rollup-linux-x64-gnu', { os: ['linux'], cpu: ['x64'], libc: ['glibc'] }],
  ['@oxc-parser/binding-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@oxc-parser/binding-win32-x64-msvc', { os: ['win32'], cpu: ['x64'] }],
  ['@rollup/rollup-win32-x64-gnu', { os: ['win32'], cpu: ['x64'] }],
  ['@bufbuild/buf-linux-armv7', { os: ['linux'], cpu: ['arm'] }],
  ['@oxc-parser/binding-wasm32-wasi', { cpu: ['wasm32'] }],
  ['@img/sharp-darwin-arm64', { os: ['darwin'], cpu: ['arm64'] }],
])('the platform of %s is read from its name', (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});

test('the check names what is missing, exits with 1 and changes nothing; completing it makes the check pass', () => {
  const path = lockFile({ 'node_modules/a': { version: '1.0.0', optionalDependencies: { '@a/darwin-x64': '1.0.0' } } });
  const before = readFileSync(path, 'utf8');
  expect(run('--check', path)).toMatchObject({ status: 1, output: expect.stringContaining('node_modules/@a/darwin-x64') });
  expect(readFileSync(path, 'utf8')).toBe(before);
  expect(run(path)).toMatchObject({ status: 0, output: expect.stringContaining('added 1') });
  expect(run('--check', path)).toEqual({ status: 0, output: '' });
  const after = readFileSync(path, 'utf8');
  expect(run(path).status).toBe(0);
  expect(readFileSync(path, 'utf8')).toBe(after);
});

test('an address in the lock fails the check and the completion, a link to a workspace does not', () => {
  const link = { 'node_modules/w': { resolved: 'packages/w', link: true } };
  expect(run('--check', lockFile(link)).status).toBe(0);
  const path = lockFile({ ...link, 'node_modules/a': { version: '1.0.0', resolved: 'https://registry.invalid/a.tgz' } });
  expect(run('--check', path)).toMatchObject({ status: 1, output: expect.stringContaining('node_modules/a has an address') });
  expect(run(path).status).toBe(1);
});
