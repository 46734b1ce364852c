import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { chooseServerIdentity } from './server-identity.ts';
import { lookAround } from './identity-surroundings.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { openInitdbPath } from './initdb-path.ts';
import { findPostgresBinaries } from './postgres-binaries.ts';
import { prepareOwnership } from './prepare-ownership.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

test('a path without what a shell reads is used as it is', () => {
  const binaries = { initdb: "/it's a path ü/bin/initdb", postgres: "/it's a path ü/bin/postgres" };
  expect(openInitdbPath(binaries).binaries).toBe(binaries);
});

test('a database is made with programs under a path that a shell would read otherwise', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'stitchd-initdb-test-'));
  directories.push(directory);
  const installed = dirname(dirname(findPostgresBinaries().initdb));
  const native = join(directory, '"quoted" $HOME `id` \\', 'native');
  cpSync(installed, native, { recursive: true, verbatimSymlinks: true });
  const binaries = { initdb: join(native, 'bin/initdb'), postgres: join(native, 'bin/postgres') };
  const engineDirectory = join(directory, 'postgres');
  const clusterDirectory = join(engineDirectory, 'data');
  const identity = chooseServerIdentity(lookAround(directory, clusterDirectory, binaries));
  prepareOwnership(identity, directory, engineDirectory);
  await initialiseCluster({ clusterDirectory, binaries, identity, log: () => undefined });
  expect(existsSync(join(clusterDirectory, 'PG_VERSION'))).toBe(true);
});
