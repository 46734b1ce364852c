import { spawn } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-test-command-'));
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  await writeFile(path.join(directory, 'package.json'), '{ "type": "module" }');
  await writeFile(path.join(directory, 'vitest.config.mjs'), "export default { test: { include: ['*.test.js'] } };");
});

afterEach(() => rm(directory, { recursive: true, force: true }));

async function runTests(files: Readonly<Record<string, string>>) {
  for (const [name, source] of Object.entries(files)) await writeFile(path.join(directory, name), source);
  // Nothing of this run's own vitest may reach the one that is being tested.
  const environment = Object.entries(process.env).filter(([name]) => !/^(VITEST|TEST$|NODE_OPTIONS$)/.test(name));
  const child = spawn(process.execPath, [path.join(root, 'scripts/test.mjs'), '--root', directory], {
    env: Object.fromEntries(environment),
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exitCode = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { lastLine: output.trimEnd().split('\n').at(-1), exitCode };
}

const testWith = (body: string): string => `import { beforeAll, expect, test } from 'vitest';\n${body}`;
const passing = testWith("test('a', () => expect(1).toBe(1));");

test('npm test ends with the counts and succeeds when all pass', async () => {
  expect(await runTests({ 'a.test.js': passing })).toEqual({ lastLine: '1 passed, 0 failed', exitCode: 0 });
});

test('npm test fails when a test fails, a hook fails or a file does not load', async () => {
  const result = await runTests({
    'a.test.js': testWith("test('a', () => expect(1).toBe(2)); test('b', () => expect(1).toBe(1));"),
    'hook.test.js': testWith("beforeAll(() => { throw new Error('no'); }); test('c', () => expect(1).toBe(1));"),
    'load.test.js': 'import "./absent.js";',
  });
  expect(result).toEqual({ lastLine: '1 passed, 3 failed, 1 skipped', exitCode: 1 });
});

test('npm test fails when there are no tests', async () => {
  expect(await runTests({})).toEqual({ lastLine: '0 passed, 1 failed', exitCode: 1 });
});

test('npm test fails when an error escapes every test', async () => {
  const escaping = testWith(
    "test('a', () => { setTimeout(() => { throw new Error('late'); }); return new Promise((done) => setTimeout(done, 50)); });",
  );
  expect(await runTests({ 'a.test.js': escaping })).toEqual({ lastLine: '1 passed, 1 failed', exitCode: 1 });
});

test('npm test fails when the runner is killed', async () => {
  const config = "process.kill(process.pid, 'SIGKILL');\nexport default {};";
  const result = await runTests({ 'a.test.js': passing, 'vitest.config.mjs': config });
  expect(result).toEqual({ lastLine: '0 passed, 1 failed', exitCode: 1 });
});
