import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startProduct, type Product } from './support/product.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const longestWaitMs = 30_000;

let product: Product;
let directory: string;
let watcher: ChildProcess | undefined;
let blocks: readonly string[];

beforeAll(async () => {
  product = await startProduct({ mode: 'together', demo: true });
  directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-tour-'));
  await symlink(path.join(root, 'node_modules'), path.join(directory, 'node_modules'));
  const [, tour = ''] = (await readFile(path.join(root, 'README.md'), 'utf8')).split('## Five minutes');
  blocks = [...tour.matchAll(/```(?:sh|js)\n([\s\S]*?)```/g)].map(([, block = '']) => asHere(block));
});

afterAll(async () => {
  watcher?.kill();
  await product?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** The tour's commands, but for the ports, keys and folder of this product. */
function asHere(block: string): string {
  return block
    .replace("url: 'http://localhost:8080'", `url: '${product.url}', syncUrl: '${product.syncUrl}'`)
    .replaceAll('http://localhost:8080', product.url)
    .replaceAll('.stitchd/', `${product.dataDirectory}/`)
    .replace(/stsk_…/, product.demo?.serverKey ?? '');
}

/** The one block that holds a text, after the variables that the first block sets. */
function blockWith(text: string): string {
  const found = blocks.filter((block) => block.includes(text));
  expect(found, text).toHaveLength(1);
  return found[0] ?? '';
}

async function shell(text: string): Promise<string> {
  const child = spawn('bash', ['-euc', `${blocks[0]}\n${blockWith(text)}`], {
    cwd: root,
    env: product.environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (output += piece));
  await once(child, 'close');
  expect(child.exitCode, output).toBe(0);
  return output;
}

test('The README’s tour works as it is written: evaluate, switch off, see it pushed, read an experiment', async () => {
  expect(JSON.parse(await shell('ofrep'))).toMatchObject({ value: true, variant: 'on', reason: 'TARGETING_MATCH' });

  const program = path.join(directory, 'watch.mjs');
  await writeFile(program, blockWith('@stitchd/sdk'));
  watcher = spawn(process.execPath, [program], {
    env: { ...product.environment, SERVER_KEY: product.demo?.serverKey },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let seen = '';
  watcher.stdout?.setEncoding('utf8').on('data', (piece: string) => (seen += piece));
  await expect.poll(() => seen, { timeout: longestWaitMs }).toContain('TARGETING_MATCH');

  expect(JSON.parse(await shell('"enabled":false'))).toMatchObject({ enabled: false });
  await expect.poll(() => seen, { timeout: longestWaitMs }).toContain('DISABLED');

  await expect.poll(() => shell('/results').catch(() => ''), { timeout: longestWaitMs }).toMatch(/purchase-rate[\s\S]*pValue/);
});

test('The README’s demo command runs to its end', async () => {
  expect(await shell('demo cookie-cats')).toContain('True effect');
});
