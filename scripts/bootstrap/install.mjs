import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { stamp } from './stamp.mjs';
import { workspaceFolders } from './workspaces.mjs';

/**
 * Installs exactly what the lock says, when the lock, a workspace's package.json or the platform is another than last time.
 * @param {string} root
 * @returns {import('./bootstrap.mjs').Step}
 */
export function install(root) {
  const wanted = installState(root);
  const installed = stamp(root, 'installed');
  return {
    isDone: () => installed.matches(wanted),
    run() {
      const startedAt = performance.now();
      console.log('[stitchd] Installing dependencies: the first time takes about a minute.');
      installed.clear();
      const [command, ...words] = npmCommand(process.env);
      const options = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
      const { status, error } = spawnSync(command, [...words, ...options], {
        cwd: root,
        stdio: 'inherit',
        env: npmEnvironment(process.env, root),
      });
      if (error !== undefined) console.error(`[stitchd] npm did not run: ${error.message}`);
      if (status !== 0) {
        console.error('[stitchd] Installing failed. Where npm says that the lock does not match, run `npm run lock`.');
        return status ?? 1;
      }
      installed.set(wanted);
      console.log(`[stitchd] Installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s.`);
      return 0;
    },
  };
}

/**
 * What an installation depends on. Not Node's version: the same packages load under all that we support.
 * @param {string} root
 */
export function installState(root) {
  const hash = createHash('sha256').update(`${process.platform} ${process.arch}`);
  const manifests = workspaceFolders(root).map((folder) => `${folder}/package.json`);
  for (const file of ['package-lock.json', 'package.json', '.npmrc', ...manifests]) {
    hash.update(`\0${file}\0`);
    if (existsSync(join(root, file))) hash.update(readFileSync(join(root, file)));
  }
  return hash.digest('hex');
}

/**
 * The npm that runs us, with the Node that runs us; else the one beside this Node, or the one on the PATH.
 * @param {NodeJS.ProcessEnv} env
 * @returns {readonly string[]}
 */
export function npmCommand(env) {
  const beside = join(dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const candidates = [env.npm_execpath, beside].filter(
    (path) => path !== undefined && basename(path) === 'npm-cli.js' && existsSync(path),
  );
  return candidates[0] === undefined ? ['npm'] : [process.execPath, candidates[0]];
}

/**
 * The environment for npm: without what the outer npm says about the script that it runs, which would change the inner one's
 * mind; and with a cache in the checkout where this user can't write at home.
 *
 * @param {NodeJS.ProcessEnv} env
 * @param {string} root
 */
export function npmEnvironment(env, root) {
  const outer = /^npm_(lifecycle|package|command)|^npm_config_(workspaces?|include_workspace_root|global|local_prefix)$/i;
  const kept = Object.fromEntries(Object.entries(env).filter(([name]) => !outer.test(name)));
  if (kept.npm_config_cache !== undefined || canWrite(join(homedir(), '.npm')) || canWrite(homedir())) return kept;
  return { ...kept, npm_config_cache: join(root, '.stitchd/npm-cache') };
}

/** @param {string} path */
function canWrite(path) {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
