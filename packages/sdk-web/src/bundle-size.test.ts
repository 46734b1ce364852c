import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { rolldown } from 'rolldown';
import { expect, test } from 'vitest';

/** Of the package without React, minified and gzipped: what a page loads. */
const maxGzippedBytes = 10_000;

async function bundle(entry: string) {
  const built = await rolldown({
    input: fileURLToPath(new URL(entry, import.meta.url)),
    platform: 'browser',
    external: ['react'],
    resolve: { conditionNames: ['stitchd-source', 'import', 'default'] },
  });
  const { output } = await built.generate({ format: 'esm', minify: true });
  await built.close();
  const [chunk] = output;
  const used = Object.entries(chunk.modules).filter(([, { code }]) => (code ?? '') !== '');
  return {
    gzipped: gzipSync(chunk.code, { level: 9 }).length,
    modules: used.map(([name]) => name.replace(/^.*\/packages\//, '')),
  };
}

test('What a page loads is at most 10 kB, and holds nothing of the evaluator', async () => {
  const { gzipped, modules } = await bundle('index.ts');
  expect(gzipped).toBeGreaterThan(1_000);
  expect(gzipped).toBeLessThanOrEqual(maxGzippedBytes);
  const ofCore = modules.filter((name) => !name.startsWith('sdk-web/'));
  expect(ofCore.toSorted()).toEqual([
    'core/src/context/private-attributes.ts',
    'core/src/hashing/murmur3.ts',
    'core/src/hashing/unit.ts',
    'core/src/ids/uuid.ts',
    'core/src/usage/usage-counts.ts',
    'core/src/usage/usage-limits.ts',
  ]);
});

test('The bindings add little, and no React of their own', async () => {
  const { gzipped, modules } = await bundle('react/index.ts');
  expect(gzipped).toBeLessThanOrEqual(2_000);
  expect(modules.every((name) => name.startsWith('sdk-web/src/'))).toBe(true);
});
