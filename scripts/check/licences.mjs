// Refuses a dependency whose licence isn't known to allow what we do with it: node scripts/check/licences.mjs
// It reads what is installed, so packages of other platforms are judged where they are installed.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Licences that allow use and distribution in an MIT product; MPL-2.0 asks only that its own files stay open. */
const allowed = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'PostgreSQL',
  'Python-2.0',
  'Unlicense',
]);

/**
 * Packages whose package.json names no licence, by name and version, with the one that their LICENSE file gives. A new
 * version is looked at anew. Only for what development installs.
 */
const undeclared = new Map([
  ['@openfeature/ofrep-core@0.1.4', 'Apache-2.0'],
  ['@openfeature/ofrep-provider@0.1.3', 'Apache-2.0'],
]);

/**
 * The licence of a package: what its package.json names, else what was found by reading its LICENSE file.
 *
 * @param {{ readonly name?: unknown, readonly version?: unknown, readonly license?: unknown, readonly licenses?: unknown }} manifest
 * @param {boolean} isForDevelopment
 */
export function licenceOf(manifest, isForDevelopment) {
  const declared = manifest.license ?? manifest.licenses;
  if (declared !== undefined || !isForDevelopment) return declared;
  return undeclared.get(`${String(manifest.name)}@${String(manifest.version)}`);
}

/**
 * Whether an SPDX expression of AND, OR and parentheses of one level can be met with allowed licences. Whatever else it may
 * be is refused.
 *
 * @param {unknown} expression
 */
export function isAllowed(expression) {
  if (typeof expression !== 'string') return false;
  const alternatives = expression.replaceAll(/^\(|\)$/g, '').split(/\s+or\s+/i);
  return alternatives.some((alternative) => alternative.split(/\s+and\s+/i).every((name) => allowed.has(name)));
}

/**
 * The installed packages that a lock file names, with their licences.
 *
 * @param {string} root
 */
function installedPackages(root) {
  const lock = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8'));
  return Object.entries(lock.packages).flatMap(([place, entry]) => {
    if (!place.includes('node_modules/') || entry.link) return [];
    const manifest = readManifest(path.join(root, place, 'package.json'));
    return manifest === undefined ? [] : [{ place, licence: licenceOf(manifest, entry.dev === true) }];
  });
}

/** @param {string} file */
function readManifest(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined; // of another platform
    throw error;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
  const packages = installedPackages(root);
  const refused = packages.filter(({ licence }) => !isAllowed(licence));
  for (const { place, licence } of refused) console.error(`${place}: ${JSON.stringify(licence) ?? 'no licence'} is not allowed`);
  if (packages.length === 0) console.error('No packages are installed.');
  process.exitCode = refused.length === 0 && packages.length > 0 ? 0 : 1;
}
