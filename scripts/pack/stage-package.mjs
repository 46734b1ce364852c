// Lays a package out as it is published: one bundle, its declarations, README and licences.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundleModules, entryName } from './bundle-modules.mjs';
import { declarationPath, gatherDeclarations } from './gather-declarations.mjs';

/**
 * @param {string} root
 * @param {import('./published-packages.mjs').PublishedPackage} published
 * @param {string} target an empty folder
 */
export async function stagePackage(root, published, target) {
  const source = path.join(root, 'packages', published.folder);
  const { files, packages } = await bundleModules(root, published);
  /** @type {Map<string, string>} */
  const contents = new Map(files.map(({ file, code }) => [`dist/${file}`, code]));
  for (const [file, text] of gatherDeclarations(root, published)) contents.set(`types/${file}`, text);
  contents.set('package.json', `${JSON.stringify(publishedManifest(root, published), undefined, 2)}\n`);
  contents.set('README.md', readFileSync(path.join(source, 'README.md'), 'utf8'));
  contents.set('LICENSE', readFileSync(path.join(root, 'LICENSE'), 'utf8'));
  if (packages.length > 0) contents.set('THIRD-PARTY-LICENSES', packages.map((folder) => noticeOf(folder)).join('\n\n'));
  for (const [file, text] of contents) {
    mkdirSync(path.dirname(path.join(target, file)), { recursive: true });
    writeFileSync(path.join(target, file), text);
  }
}

/**
 * What its users' package managers need to know, and nothing of how it is built.
 *
 * @param {string} root
 * @param {import('./published-packages.mjs').PublishedPackage} published
 */
function publishedManifest(root, { manifest, entries, external, folder }) {
  const { name, version, description, license, peerDependencies, peerDependenciesMeta, dependencies = {} } = manifest;
  const { engines } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  const kept = Object.fromEntries(Object.entries(dependencies).filter(([each]) => external.includes(each)));
  const packages = path.join(root, 'packages');
  const exported = entries.map(({ subpath, types }) => [
    subpath,
    {
      types: `./types/${declarationPath(packages, path.join(packages, folder, types))}`,
      default: `./dist/${entryName(subpath)}.js`,
    },
  ]);
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    sideEffects: false,
    exports: { ...Object.fromEntries(exported), './package.json': './package.json' },
    engines,
    ...(Object.keys(kept).length > 0 && { dependencies: kept }),
    ...(peerDependencies !== undefined && { peerDependencies }),
    ...(peerDependenciesMeta !== undefined && { peerDependenciesMeta }),
  };
}

/** The licence of a package that was bundled, whose terms ask that it goes along. @param {string} folder */
function noticeOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8'));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|notice)/i.test(file) && existsSync(path.join(folder, file)));
  if (files.length === 0) throw new Error(`${name} has no licence to go along with`);
  const texts = files.map((file) => readFileSync(path.join(folder, file), 'utf8').trim());
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
