// Gathers the type declarations that a package's entries reach, those of our other packages included, so that they need
// nothing that is not installed with them.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/**
 * @param {string} root
 * @param {import('./published-packages.mjs').PublishedPackage} published
 * @returns {ReadonlyMap<string, string>} declarations by their path below the folder of types, such as `sdk/index.d.ts`
 */
export function gatherDeclarations(root, published) {
  const packages = path.join(root, 'packages');
  /** @type {Map<string, string>} */
  const gathered = new Map();
  const waiting = new Set(published.entries.map(({ types }) => path.join(packages, published.folder, types)));
  // What is added meanwhile is walked too.
  for (const file of waiting) {
    const text = readFileSync(file, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n');
    const target = declarationPath(packages, file);
    const replaced = replaceSpecifiers(text, (specifier) => {
      const found = locate(packages, file, specifier, published);
      if (found === undefined) return specifier;
      waiting.add(found);
      const relative = path.posix.relative(path.posix.dirname(target), declarationPath(packages, found));
      return `${relative.startsWith('.') ? '' : './'}${relative.replace(/\.d\.ts$/, '.js')}`;
    });
    gathered.set(target, replaced);
  }
  return gathered;
}

/** `…/packages/core/dist/a/b.d.ts` is `core/a/b.d.ts`. @param {string} packages @param {string} file */
export function declarationPath(packages, file) {
  return path
    .relative(packages, file)
    .replaceAll(path.sep, '/')
    .replace(/^([^/]+)\/dist\//, '$1/');
}

/**
 * The file that a specifier means; `undefined` where it stays as it is, for packages that are installed beside this one.
 *
 * @param {string} packages
 * @param {string} from
 * @param {string} specifier
 * @param {import('./published-packages.mjs').PublishedPackage} published
 */
function locate(packages, from, specifier, published) {
  if (specifier.startsWith('.')) {
    const file = path.resolve(path.dirname(from), specifier).replace(/\.(ts|tsx|js)$/, '.d.ts');
    if (!existsSync(file)) throw new Error(`${from} imports ${specifier}, which has no declarations; run npm run build`);
    return file;
  }
  if (published.external.some((name) => specifier === name || specifier.startsWith(`${name}/`))) return undefined;
  const own = /^@stitchd\/([^/]+)(\/.+)?$/.exec(specifier);
  if (own?.[1] === undefined)
    throw new Error(`${from} imports ${specifier}, which would not be installed with ${published.name}`);
  const manifest = JSON.parse(readFileSync(path.join(packages, own[1], 'package.json'), 'utf8'));
  return path.join(packages, own[1], manifest.exports[`.${own[2] ?? ''}`].types);
}

/** @param {string} text @param {(specifier: string) => string} replace */
function replaceSpecifiers(text, replace) {
  const { importedFiles } = ts.preProcessFile(text, true, true);
  let result = '';
  let at = 0;
  for (const { fileName, pos } of importedFiles) {
    // Positions are those of the specifier, before or behind its quote.
    const start = text.indexOf(fileName, pos);
    result += text.slice(at, start) + replace(fileName);
    at = start + fileName.length;
  }
  return result + text.slice(at);
}
