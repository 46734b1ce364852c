// Makes the tarballs of the published packages.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { publishedPackages } from './published-packages.mjs';
import { stagePackage } from './stage-package.mjs';

/**
 * @typedef {object} Packed
 * @property {string} name
 * @property {string} tarball
 * @property {number} tarballBytes
 * @property {number} installedBytes
 */

/**
 * @param {string} root
 * @param {string} output a folder for the tarballs
 * @param {readonly string[]} [names] of packages; all where left out
 * @returns {Promise<readonly Packed[]>}
 */
export async function packPackages(root, output, names) {
  mkdirSync(output, { recursive: true });
  const packed = [];
  for (const published of publishedPackages(root)) {
    if (names !== undefined && !names.includes(published.name)) continue;
    const stage = mkdtempSync(path.join(os.tmpdir(), 'stitchd-pack-'));
    try {
      await stagePackage(root, published, stage);
      packed.push(npmPack(stage, output));
    } finally {
      rmSync(stage, { recursive: true, force: true });
    }
  }
  return packed;
}

/** @param {string} stage @param {string} output @returns {Packed} */
function npmPack(stage, output) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', output];
  const result = spawnSync('npm', args, { cwd: stage, encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`npm pack failed\n${result.stderr}`);
  const [{ name, filename, size, unpackedSize }] = JSON.parse(result.stdout);
  return { name, tarball: path.join(output, path.basename(filename)), tarballBytes: size, installedBytes: unpackedSize };
}
