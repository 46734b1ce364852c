// Refuses what no file of the repository may hold: node scripts/check/files.mjs
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The patterns are put together from parts, so that this file doesn't hold what it refuses.
 *
 * @type {readonly { readonly what: string, readonly pattern: RegExp, readonly only?: RegExp }[]}
 */
const refusals = [
  {
    what: 'a comment that suppresses a check',
    pattern: new RegExp(`(ox|es)lint${'-'}disable|@ts-(ignore|nocheck|expect-error)|fmt${'-'}ignore`),
    only: /\.(ts|tsx|mjs|cjs|js)$/,
  },
  { what: "a folder of somebody's machine", pattern: new RegExp(`(^|[\\s"'(=:])/(home|Users)${'/'}[\\w.-]+/`) },
  { what: 'an unresolved merge', pattern: new RegExp(`^(<{7}|>{7}) `, 'm') },
  { what: 'a tab or a carriage return', pattern: /[\t\r]/, only: /\.(ts|tsx|mjs|cjs|js|json|sql|proto|css|yaml|yml)$/ },
];

/**
 * @param {string} file path from the root
 * @param {string} text
 * @returns {readonly string[]} what is wrong, one line each
 */
export function wrongIn(file, text) {
  return refusals.flatMap(({ what, pattern, only }) => {
    if (only !== undefined && !only.test(file)) return [];
    const at = text.search(pattern);
    return at < 0 ? [] : [`${file}:${text.slice(0, at).split('\n').length}: holds ${what}`];
  });
}

/** @param {string} root */
function filesOfRepository(root) {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  });
  if (listed.status !== 0) throw new Error(`git ls-files failed: ${listed.stderr}`);
  return listed.stdout.split('\0').filter((file) => file !== '' && !/(^|\/)gen\//.test(file) && file !== 'package-lock.json');
}

/** @param {string} file @returns {string | undefined} nothing where the file is binary, or deleted but not yet committed */
function textOf(file) {
  try {
    const bytes = readFileSync(file);
    return bytes.includes(0) ? undefined : bytes.toString('utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
  const files = filesOfRepository(root);
  const wrong = files.flatMap((file) => wrongIn(file, textOf(path.join(root, file)) ?? ''));
  for (const line of wrong) console.error(line);
  process.exitCode = wrong.length === 0 && files.length > 0 ? 0 : 1;
}
