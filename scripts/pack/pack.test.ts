import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { checksumOf, writeDefinitionsDocument } from '@stitchd/core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleModules } from './bundle-modules.mjs';
import { packPackages, type Packed } from './pack-packages.mjs';
import { publishedPackages } from './published-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const scratch = mkdtempSync(path.join(os.tmpdir(), 'stitchd-packed-'));
/** Of a package as it is installed. */
const maxInstalledBytes = 1_000_000;
const published = publishedPackages(root);
let packed: readonly Packed[] = [];

beforeAll(async () => {
  packed = await packPackages(root, path.join(scratch, 'tarballs'));
}, 180_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** @returns what it printed */
function run(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')}\n${result.stdout}${result.stderr}`);
  return result.stdout;
}

function tool(name: string): string {
  return path.join(root, 'node_modules/.bin', name);
}

function tarballOf(name: string): string {
  return packed.find((each) => each.name === name)?.tarball ?? '';
}

/** Installs into an empty folder, without a network; what is expected beside the packages is taken from this repository. */
function install(folder: string, names: readonly string[], beside: readonly string[] = []): string {
  const target = path.join(scratch, folder);
  mkdirSync(target);
  writeFileSync(path.join(target, 'package.json'), JSON.stringify({ name: 'application', private: true, type: 'module' }));
  const flags = ['--offline', '--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps'];
  run('npm', ['install', ...flags, ...names.map((name) => tarballOf(name))], target);
  for (const each of beside) {
    mkdirSync(path.dirname(path.join(target, 'node_modules', each)), { recursive: true });
    symlinkSync(path.join(root, 'node_modules', each), path.join(target, 'node_modules', each));
  }
  return target;
}

/** Compiles a program as an application would, the declarations of what it imports included. */
function compile(folder: string, program: string, compilerOptions: Readonly<Record<string, unknown>>): string {
  writeFileSync(path.join(folder, 'program.ts'), program);
  const options = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: false,
    module: 'nodenext',
    target: 'es2022',
    noEmit: true,
    types: [],
    ...compilerOptions,
  };
  writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['program.ts'] }));
  return run(process.execPath, [path.join(root, 'node_modules/@typescript/native/bin/tsc'), '-p', folder], folder);
}

const serverProgram = `
  import { Stitchd, type ClientStatus, type StitchdClient } from '@stitchd/sdk';
  import { Stitchd as EdgeStitchd } from '@stitchd/sdk/edge';
  const client: StitchdClient = await Stitchd.init({ url: 'http://localhost:8080', sdkKey: 'stsk_x', mode: 'sse' });
  const on: boolean = client.boolean('a', { targetingKey: 'u', plan: 'pro' }, false);
  const status: ClientStatus = client.status();
  export const edge = await EdgeStitchd.init({ offline: true });
  export const seen = [on, status.source, await client.waitUntilReady({ timeoutMs: 1 })];
`;

/** What an application gets wrong, with what the compiler says of it. */
const mistakes = [
  ["client.boolean('a', {}, 'yes')", "'string' is not assignable"],
  ["Stitchd.init({ url: 'http://localhost:8080' })", "'sdkKey' is missing"],
  ["Stitchd.init({ offline: true, mode: 'carrier pigeon' })", 'not assignable'],
] as const;

test('Each tarball holds its bundle, declarations, a README and licences, and installs less than a megabyte', () => {
  expect(packed.map(({ name }) => name)).toEqual(published.map(({ name }) => name));
  for (const { name, tarball, installedBytes } of packed) {
    expect(installedBytes, name).toBeLessThan(maxInstalledBytes);
    const files = run('tar', ['tzf', tarball], scratch).split('\n');
    expect(files, name).toEqual(expect.arrayContaining(['package/README.md', 'package/LICENSE', 'package/dist/index.js']));
    expect(
      files.filter((file) => /\.(ts|map)$/.test(file) && !file.endsWith('.d.ts')),
      name,
    ).toEqual([]);
  }
});

test('publint and attw find nothing wrong with any of them', { timeout: 240_000 }, () => {
  for (const { tarball } of packed) {
    expect(run(tool('publint'), [tarball, '--strict'], scratch)).toContain('All good');
    expect(run(tool('attw'), [tarball, '--profile', 'esm-only'], scratch)).toContain('🟢');
  }
});

test('The SDK installs alone, and brings the licence of what is bundled', { timeout: 120_000 }, () => {
  const folder = install('alone', ['@stitchd/sdk']);
  expect(readdirSync(path.join(folder, 'node_modules')).filter((name) => !name.startsWith('.'))).toEqual(['@stitchd']);
  expect(readdirSync(path.join(folder, 'node_modules/@stitchd'))).toEqual(['sdk']);
  const installed = path.join(folder, 'node_modules/@stitchd/sdk');
  expect(JSON.parse(readFileSync(path.join(installed, 'package.json'), 'utf8'))).not.toHaveProperty('dependencies');
  expect(readFileSync(path.join(installed, 'THIRD-PARTY-LICENSES'), 'utf8')).toContain('re2js');
});

test(
  'Its declarations compile by themselves under strict, with web globals as with those of Node.js',
  { timeout: 120_000 },
  () => {
    const web = install('types-web', ['@stitchd/sdk']);
    expect(compile(web, serverProgram, { lib: ['es2023', 'dom'] })).toBe('');
    for (const [mistake, says] of mistakes)
      expect(() => compile(web, `${serverProgram}\nexport const wrong = ${mistake};`, { lib: ['es2023', 'dom'] })).toThrow(says);
    const beside = ['@types/node', 'undici-types'];
    expect(compile(install('types-node', ['@stitchd/sdk'], beside), serverProgram, { lib: ['es2023'], types: ['node'] })).toBe(
      '',
    );
  },
);

test(
  'A program with nothing but the tarball evaluates from a bootstrap, in both runtimes, and ends by itself',
  { timeout: 120_000 },
  () => {
    const folder = install('program', ['@stitchd/sdk']);
    const flag = {
      key: 'a',
      type: 'string',
      variants: [{ key: 'r', value: 'red' }],
      enabled: true,
      offVariant: null,
      defaultServe: { variant: 'r' },
    };
    const entities = [{ kind: 'flag', id: 'a', revision: 7, body: JSON.stringify(flag) }];
    const document = writeDefinitionsDocument(
      { revision: 7n, checksum: checksumOf(entities), entities: () => entities },
      'environment-1',
    );
    writeFileSync(path.join(folder, 'definitions.json'), JSON.stringify(document));
    writeFileSync(
      path.join(folder, 'program.mjs'),
      `import { readFileSync } from 'node:fs';
     import { Stitchd } from '@stitchd/sdk';
     import { Stitchd as EdgeStitchd } from '@stitchd/sdk/edge';
     const bootstrap = JSON.parse(readFileSync('definitions.json', 'utf8'));
     for (const client of [
       await Stitchd.init({ offline: true, bootstrap: { file: 'definitions.json' } }),
       await EdgeStitchd.init({ offline: true, bootstrap }),
     ]) console.log(client.string('a', { targetingKey: 'u' }, 'none'), client.status().source, client.status().revision);`,
    );
    expect(run(process.execPath, ['program.mjs'], folder)).toBe('red bootstrap 7\nred bootstrap 7\n');
  },
);

test('The other packages compile beside what they are used with', { timeout: 120_000 }, () => {
  const peers = ['react', '@types/react', 'csstype', '@openfeature/server-sdk', '@openfeature/web-sdk', '@openfeature/core'];
  const beside = [...peers, '@types/node', 'undici-types'];
  const names = published.map(({ name }) => name);
  const imports = published.flatMap(({ name, entries }) =>
    entries.map(({ subpath }, index) => {
      const alias = `${name.replaceAll(/[^a-z]/g, '_')}_${index}`;
      return `import * as ${alias} from '${name}${subpath.slice(1)}'; export const has_${alias} = Object.keys(${alias});`;
    }),
  );
  const folder = install('all', names, beside);
  const web = { lib: ['es2023', 'dom', 'dom.iterable'], types: ['node'], jsx: 'react-jsx' };
  expect(compile(folder, imports.join('\n'), web)).toBe('');
});

test('What is for runtimes with web globals alone imports no module at all, and resolves without Node.js', async () => {
  for (const [name, subpath] of [
    ['@stitchd/sdk', './edge'],
    ['@stitchd/web', '.'],
  ] as const) {
    const each = published.find((one) => one.name === name);
    if (each === undefined) throw new Error(`${name} is not published`);
    const { files } = await bundleModules(root, each, { platform: 'neutral', only: subpath });
    expect(
      files.flatMap(({ imports }) => imports),
      name,
    ).toEqual([]);
    for (const { code } of files) expect(code, name).not.toMatch(/\b(require|process|Buffer)\b[.(]/);
  }
});
