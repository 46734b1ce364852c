import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const below = (folder: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file));

const pages = [...readdirSync(root), ...below('docs')].filter((file) => file.endsWith('.md') && !file.includes('.vitepress'));
const written = pages.filter((page) => !page.startsWith('docs/reference/'));
/** The admin UI runs in browsers, where there is no environment. */
const sources = ['packages', 'services', 'apps/stitchd']
  .flatMap(below)
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && !/(^|\/)(node_modules|dist|gen)\/|\.test/.test(file));

/** Matches of a pattern's first group in pages, as `page: match`, that a predicate does not accept. */
function wrong(among: readonly string[], pattern: RegExp, isRight: (match: string, page: string) => boolean): string[] {
  return among.flatMap((page) =>
    [...read(page).matchAll(pattern)]
      .map(([, match = '']) => match)
      .filter((match) => !isRight(match, page))
      .map((match) => `${page}: ${match}`),
  );
}

test('Links between documents lead to files', () => {
  const isRight = (link: string, page: string): boolean =>
    /^(https?:|#)/.test(link) || existsSync(path.join(root, path.dirname(page), link.replace(/#.*$/, '')));
  expect(wrong(pages, /\]\(([^)\s]+)\)/g, isRight)).toEqual([]);
});

test('Paths that documents name exist', () => {
  const exists = (file: string): boolean => existsSync(path.join(root, file.replace(/\/\*$/, '')));
  expect(
    wrong(
      written,
      /`((?:packages|services|apps|test|conformance|scripts|docs|xtask)\/[\w./*-]+)`/g,
      (file) => file.includes('.vitepress/dist') || exists(file),
    ),
  ).toEqual([]);
});

test('Scripts of npm that documents name exist', () => {
  const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
  expect(wrong(written, /npm run ([\w-]+)/g, (name) => scripts.includes(name))).toEqual([]);
});

test('Commands of stitchd that documents name exist', () => {
  const commands = [...read('apps/stitchd/src/main.ts').matchAll(/\.command\('([\w-]+)'\)/g)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(5);
  expect(wrong(written, /(?:npx stitchd|`stitchd) ([a-z][\w-]*)/g, (name) => commands.includes(name))).toEqual([]);
});

test('Every environment variable that the product reads is in the reference, and every one in the documents exists', () => {
  const reference = read('docs/reference/environment-variables.md');
  const documented = new Set([...reference.matchAll(/`(STITCHD_[A-Z_]+)`/g)].map(([, name]) => name));
  expect(documented.size).toBeGreaterThan(30);
  const known = (name: string): boolean => documented.has(name) || name.startsWith('STITCHD_TEST_');
  expect(wrong(sources, /\b(STITCHD_[A-Z_]*[A-Z])\b(?![<$`])/g, known)).toEqual([]);
  expect(wrong(pages, /\b(STITCHD_[A-Z_]*[A-Z])\b(?![<_])/g, known)).toEqual([]);
});
