// Makes one bundle of a package's modules and of whatever it needs that is not installed beside it.
import path from 'node:path';
import { rolldown } from 'rolldown';

/**
 * @typedef {object} Bundle
 * @property {readonly { readonly file: string, readonly code: string, readonly imports: readonly string[] }[]} files
 * @property {readonly string[]} packages folders of the packages that were taken in and are not ours
 */

/** The name of an entry's module in the bundle: `index` and `edge` for `.` and `./edge`. @param {string} subpath */
export function entryName(subpath) {
  return subpath === '.' ? 'index' : subpath.slice(2);
}

/**
 * @param {string} root
 * @param {import('./published-packages.mjs').PublishedPackage} published
 * @param {{ readonly minify?: boolean, readonly platform?: 'node' | 'browser' | 'neutral', readonly only?: string, readonly scriptName?: string }} [choices]
 * @returns {Promise<Bundle>} `scriptName`: a script that leaves its exports in a variable of that name, instead of modules
 */
export async function bundleModules(root, published, { minify = false, platform = published.platform, only, scriptName } = {}) {
  const folder = path.join(root, 'packages', published.folder);
  const entries = published.entries.filter(({ subpath }) => only === undefined || subpath === only);
  const bundle = await rolldown({
    input: Object.fromEntries(entries.map(({ subpath, module }) => [entryName(subpath), path.join(folder, module)])),
    cwd: root,
    platform,
    resolve: { conditionNames: ['import', 'module', 'default'] },
    external: (id) => published.external.some((name) => id === name || id.startsWith(`${name}/`)),
    onwarn: (warning) => {
      throw new Error(`${published.name}: ${warning.message}`);
    },
  });
  try {
    const { output } = await bundle.generate({
      ...(scriptName === undefined ? { format: 'esm' } : { format: 'iife', name: scriptName }),
      entryFileNames: '[name].js',
      chunkFileNames: 'shared.js',
      minify,
    });
    const chunks = output.filter((part) => part.type === 'chunk');
    const modules = chunks.flatMap((chunk) => Object.keys(chunk.modules));
    return {
      files: chunks.map(({ fileName, code, imports }) => ({ file: fileName, code, imports })),
      packages: [...new Set(modules.flatMap((id) => installedFolder(id)))].sort(),
    };
  } finally {
    await bundle.close();
  }
}

/** The folder of the installed package that a module belongs to; none for modules of this repository. @param {string} id */
function installedFolder(id) {
  const found = /^(.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)[\\/]/.exec(id);
  return found?.[1] === undefined ? [] : [found[1]];
}
