// The packages that are published, and what their package.json says of them.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {object} PublishedPackage
 * @property {string} folder below packages/
 * @property {string} name
 * @property {'node' | 'browser'} platform
 * @property {Readonly<Record<string, unknown>>} manifest its package.json
 * @property {readonly { readonly subpath: string, readonly module: string, readonly types: string }[]} entries by subpath, paths from its folder
 * @property {readonly string[]} external packages that are installed beside it, not bundled
 */

/** Where each is, and where it runs. */
const published = /** @type {const} */ ({
  sdk: 'node',
  'sdk-web': 'browser',
  'openfeature-server': 'node',
  'openfeature-web': 'browser',
});

/** @param {string} root @returns {readonly PublishedPackage[]} */
export function publishedPackages(root) {
  return Object.entries(published).map(([folder, platform]) => {
    const manifest = JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8'));
    const entries = Object.entries(manifest.exports).map(([subpath, conditions]) => ({
      subpath,
      module: conditions.default,
      types: conditions.types,
    }));
    const publishedNames = Object.keys(published).map((each) => nameOf(root, each));
    const external = [
      ...Object.keys(manifest.peerDependencies ?? {}),
      ...Object.keys(manifest.dependencies ?? {}).filter((name) => publishedNames.includes(name)),
    ];
    return { folder, name: manifest.name, platform, manifest, entries, external };
  });
}

/** @param {string} root @param {string} folder */
function nameOf(root, folder) {
  return JSON.parse(readFileSync(path.join(root, 'packages', folder, 'package.json'), 'utf8')).name;
}
