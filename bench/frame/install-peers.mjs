import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { npmCommand, npmEnvironment } from '../../scripts/bootstrap/install.mjs';
import { stamp } from '../../scripts/bootstrap/stamp.mjs';

/**
 * Installs what the lock of bench/ says, without running anything of it, when it is not what is there.
 *
 * @param {string} folder
 * @returns {number} the exit status
 */
export function installPeers(folder) {
  const lock = readFileSync(path.join(folder, 'package-lock.json'));
  const wanted = createHash('sha256').update(`${process.platform} ${process.arch} `).update(lock).digest('hex');
  const installed = stamp(folder, 'installed');
  if (installed.matches(wanted)) return 0;
  console.log('[bench] Installing what Stitchd is measured against.');
  const [command, ...words] = npmCommand(process.env);
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status, error } = spawnSync(command, [...words, ...options], {
    cwd: folder,
    stdio: 'inherit',
    env: npmEnvironment(process.env, folder),
  });
  if (error !== undefined) console.error(`[bench] npm did not run: ${error.message}`);
  if (status !== 0) return status ?? 1;
  installed.set(wanted);
  return 0;
}
