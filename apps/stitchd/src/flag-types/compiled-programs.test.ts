import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DescribedFlag } from './described-flag.ts';
import { writeFlagTypes } from './write-flag-types.ts';

const flags: readonly DescribedFlag[] = [
  {
    key: 'new-checkout',
    type: 'boolean',
    description: '',
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
  },
  {
    key: 'colour',
    type: 'string',
    description: '',
    variants: [
      { key: 'warm', value: 'red' },
      { key: 'cold', value: 'blue' },
    ],
  },
  { key: 'size', type: 'integer', description: '', variants: [{ key: 's', value: 3 }] },
  {
    key: 'limits',
    type: 'json',
    description: '',
    variants: [
      { key: 'small', value: { max: 10 } },
      { key: 'large', value: { max: 99, note: 'x' } },
    ],
  },
];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stitchd-types-'));
  const root = fileURLToPath(new URL('../../../..', import.meta.url));
  symlinkSync(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(() => rmSync(folder, { recursive: true }));

const parsed = new Map<string, ts.SourceFile>();

/** What the compiler has against each program, by its name: the codes of its errors. */
function errorsOf(types: string, programs: Readonly<Record<string, string>>): Record<string, number[]> {
  writeFileSync(path.join(folder, 'flags.d.ts'), types);
  for (const [name, text] of Object.entries(programs)) writeFileSync(path.join(folder, `${name}.ts`), text);
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'],
    types: [],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ['stitchd-source'],
    allowImportingTsExtensions: true,
  };
  const host = ts.createCompilerHost(options);
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    if (file.startsWith(folder)) return read(file, ...rest);
    const source = parsed.get(file) ?? read(file, ...rest);
    if (source !== undefined) parsed.set(file, source);
    return source;
  };
  const files = [...Object.keys(programs).map((name) => path.join(folder, `${name}.ts`)), path.join(folder, 'flags.d.ts')];
  const program = ts.createProgram(files, options, host);
  return Object.fromEntries(
    Object.keys(programs).map((name) => {
      const source = program.getSourceFile(path.join(folder, `${name}.ts`));
      return [name, program.getSemanticDiagnostics(source).map(({ code }) => code)];
    }),
  );
}

const preamble = `import { Stitchd, createTestClient, type StitchdClient } from '@stitchd/sdk';
const client = await Stitchd.init({ url: '', sdkKey: '' });
`;

const good = `${preamble}
const on: boolean = client.boolean('new-checkout', {}, false);
const colour: 'red' | 'blue' | 'none' = client.string('colour', {}, 'none');
const either: 'red' | 'blue' = client.context({}).string('colour', 'red');
const size: number = client.number('size', {}, 0);
const { max, note } = client.json('limits', {}, { max: 1 });
const text: string | undefined = note;
const variant: 'warm' | 'cold' | undefined = client.stringDetails('colour', {}, 'red').variant;
const stop = client.onChange('colour', client.context({}), () => undefined);
const test = createTestClient({ flags: { colour: 'red', limits: { max: 3 } } });
test.setFlag('size', max);
const any: boolean = client.untyped().boolean('of-another-project', {}, on);
console.log(colour, either, size, text, variant, stop, any);
`;

const bad = {
  absentKey: `${preamble}client.boolean('absent', {}, false);`,
  wrongMethod: `${preamble}client.boolean('colour', {}, false);`,
  wrongFallback: `${preamble}client.number('size', {}, 'none');`,
  wrongShape: `${preamble}client.json('limits', {}, { maximum: 1 });`,
  wrongValue: `${preamble}if (client.string('colour', {}, 'red') === 'green') console.log();`,
  wrongVariant: `${preamble}if (client.stringDetails('colour', {}, 'red').variant === 'red') console.log();`,
  onAContext: `${preamble}client.context({}).boolean('absent', false);`,
  whileListening: `${preamble}client.onChange('absent', {}, () => undefined);`,
  inATest: `createTestClient({ flags: { colour: 'green' } });`.replace(/^/, preamble),
  changesAValue: `${preamble}client.json('limits', {}, { max: 1 }).max = 2;`,
};

test('A program that asks for flags as they are compiles, and each mistake does not', () => {
  const types = writeFlagTypes(flags, { of: 'shop', augment: true });
  const errors = errorsOf(types, { good, ...bad });
  expect(errors['good']).toEqual([]);
  for (const name of Object.keys(bad)) expect(errors[name], name).toHaveLength(1);
});

test('A flag that is removed becomes a compile error where it is asked for, and nowhere else', () => {
  const types = writeFlagTypes(
    flags.filter(({ key }) => key !== 'size'),
    { of: 'shop', augment: true },
  );
  const uses = `${preamble}client.number('size', {}, 0);`;
  const doesNot = `${preamble}client.boolean('new-checkout', {}, false);`;
  expect(errorsOf(types, { uses, doesNot })).toEqual({ uses: [2345], doesNot: [] });
});

test('Without being written into the SDK, the flags hold for the clients that name them', () => {
  const types = writeFlagTypes(flags, { of: 'shop', augment: false });
  const named = `import { Stitchd } from '@stitchd/sdk';
import type { Flags } from './flags.js';
const typed = await Stitchd.init<Flags>({ url: '', sdkKey: '' });
const untyped = await Stitchd.init({ url: '', sdkKey: '' });
typed.boolean('new-checkout', {}, false);
untyped.boolean('anything', {}, false);
const shape: { max: number } = untyped.json('anything', {}, { max: 1 });
const details: string | undefined = untyped.stringDetails('anything', {}, 'x').variant;
console.log(shape, details);
`;
  expect(errorsOf(types, { named, mistaken: `${named}typed.boolean('anything', {}, false);` })).toEqual({
    named: [],
    mistaken: [2345],
  });
});

/** The programs of the guide, and what they have around them there. */
const guide = readFileSync(new URL('../../../../docs/guide/sdk.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/^( *)```ts\n([\s\S]*?)^ *```$/gm)].map(([, , text = '']) => text);
const surroundings = `import type * as sdk from '@stitchd/sdk';
declare global {
  const Stitchd: typeof sdk.Stitchd;
  const client: sdk.StitchdClient<sdk.AnyFlags>;
  const user: sdk.BoundContext<sdk.AnyFlags>;
  const request: { readonly query: Readonly<Record<string, string | undefined>> };
}
`;

test('Every program of the guide compiles', () => {
  const programs = Object.fromEntries(blocks.map((text, index) => [`guide-${index}`, `${text}\nexport {};\n`]));
  const errors = errorsOf('export {};\n', { surroundings, ...programs });
  expect(Object.keys(programs).length).toBeGreaterThan(6);
  expect(errors).toEqual({ surroundings: [], ...Object.fromEntries(Object.keys(programs).map((name) => [name, []])) });
});

test('The test double of the guide does what the guide says', () => {
  const program = blocks.find((text) => text.includes('createTestClient')) ?? '';
  writeFileSync(
    path.join(folder, 'double.mjs'),
    program.replace('console.log(', 'console.log(flags.number("page-size", {}, 0), '),
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['double.mjs'], { cwd: folder, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(stdout).toContain('10 [');
  expect(stdout).toContain("key: 'purchase'");
});
