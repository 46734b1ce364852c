import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { webLimits } from './web-limits.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const guide = readFileSync(path.join(root, 'docs/guide/web.md'), 'utf8');
const snippets = [...guide.matchAll(/```(tsx?)\n([\s\S]*?)```/g)].map(([, kind = '', code = '']) => ({ kind, code }));

/** What snippets take for granted. */
const surroundings = `
import type { StitchdClient } from '@stitchd/sdk';
import type { StitchdWebClient } from '@stitchd/web';
import type { ReactNode } from 'react';
declare global {
  const url: string;
  const clientKey: string;
  const client: StitchdWebClient;
  const stitchd: StitchdClient;
  const request: { readonly cookie?: string };
  const context: { readonly targetingKey: string };
  const root: { render(node: ReactNode): void };
}
`;

test('The code in the guide compiles against the packages that it is about', () => {
  expect(snippets.length).toBeGreaterThan(4);
  // Inside of the repository, so that what is imported is found, and where nothing else looks for sources.
  const folder = mkdtempSync(path.join(root, 'node_modules', 'stitchd-guide-'));
  try {
    const sources = [
      ['surroundings.ts', surroundings],
      ...snippets.map(({ kind, code }, index) => [`snippet-${index}.${kind}`, code]),
    ];
    for (const [name = '', code = ''] of sources) writeFileSync(path.join(folder, name), `${code}\nexport {};\n`);
    const files = sources.map(([name]) => name);
    const compilerOptions = {
      composite: false,
      noEmit: true,
      jsx: 'react-jsx',
      lib: ['es2023', 'dom'],
      types: ['node'],
      noUnusedLocals: false,
    };
    writeFileSync(
      path.join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../../tsconfig.base.json', compilerOptions, files }),
    );
    const compiler = path.join(root, 'node_modules/@typescript/native/bin/tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', folder], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, '']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each([
  ['how often values are polled', `| \`pollIntervalMs\` | ${webLimits.pollIntervalMs.toLocaleString('en')} |`],
  ['how soon events are sent', `| \`flushIntervalMs\` | ${webLimits.flushIntervalMs.toLocaleString('en')} |`],
  ['how many items wait', `a queue of at most ${webLimits.maxQueuedItems.toLocaleString('en')} items`],
])('The guide says %s as it is', (_, sentence) => {
  expect(guide).toContain(sentence);
});
