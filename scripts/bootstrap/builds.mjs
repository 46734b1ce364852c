import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { installState } from './install.mjs';
import { sourceState } from './source-state.mjs';
import { stamp } from './stamp.mjs';
import { workspaceFolders } from './workspaces.mjs';

/**
 * Compiles all TypeScript projects of the root's tsconfig.json.
 * @param {string} root
 * @returns {import('./bootstrap.mjs').Step}
 */
export function typescriptBuild(root) {
  const { references } = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8'));
  return build(root, {
    name: 'typescript',
    title: 'the services',
    // The admin UI is bundled, not compiled.
    sources: ['tsconfig.json', 'tsconfig.base.json', ...workspaceFolders(root).filter((folder) => folder !== 'apps/admin')],
    outputs: references.map((/** @type {{ readonly path: string }} */ { path }) => `${path}/dist`),
    command: [join(root, 'node_modules/@typescript/native/bin/tsc'), '-b'],
  });
}

/**
 * Bundles the admin UI, where there is one.
 * @param {string} root
 * @returns {import('./bootstrap.mjs').Step}
 */
export function adminBuild(root) {
  if (!existsSync(join(root, 'apps/admin/index.html'))) return { isDone: () => true, run: () => 0 };
  return build(root, {
    name: 'admin',
    title: 'the admin UI',
    sources: ['tsconfig.base.json', 'apps/admin', ...workspaceFolders(root).filter((folder) => folder.startsWith('packages/'))],
    outputs: ['apps/admin/dist/index.html'],
    command: [join(root, 'node_modules/vite/bin/vite.js'), 'build', 'apps/admin', '--logLevel=warn'],
  });
}

/**
 * @param {string} root
 * @param {{ readonly name: string, readonly title: string, readonly sources: readonly string[], readonly outputs: readonly string[], readonly command: readonly string[] }} what
 * @returns {import('./bootstrap.mjs').Step}
 */
function build(root, { name, title, sources, outputs, command }) {
  const wanted = `${installState(root)} ${sourceState(root, sources)}`;
  const built = stamp(root, `built-${name}`);
  return {
    isDone: () => built.matches(wanted) && outputs.every((output) => existsSync(join(root, output))),
    run() {
      const startedAt = performance.now();
      console.log(`[stitchd] Building ${title}.`);
      built.clear();
      const env = { ...process.env, NODE_ENV: 'production' };
      const { status } = spawnSync(process.execPath, [...command], { cwd: root, stdio: 'inherit', env });
      if (status !== 0) {
        console.error(`[stitchd] Building ${title} failed.`);
        return status ?? 1;
      }
      // The state from before: a file that changed meanwhile is built next time.
      built.set(wanted);
      console.log(`[stitchd] Built ${title} in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
      return 0;
    },
  };
}
