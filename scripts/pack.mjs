// Makes the tarballs of the published packages in dist/packages, and says how large they are: npm run x -- pack
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackages } from './pack/pack-packages.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const output = path.resolve(root, process.argv[2] ?? 'dist/packages');
const kilobytes = (/** @type {number} */ bytes) => `${(bytes / 1_000).toFixed(1)} kB`;

for (const { name, tarball, tarballBytes, installedBytes } of await packPackages(root, output)) {
  console.log(
    `${name.padEnd(30)} ${kilobytes(installedBytes).padStart(10)} installed ${kilobytes(tarballBytes).padStart(10)} packed  ${path.relative(root, tarball)}`,
  );
}
