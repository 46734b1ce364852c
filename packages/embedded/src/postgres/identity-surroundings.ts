import { spawnSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { PostgresBinaries } from './postgres-binaries.ts';
import { type IdentitySurroundings, inUserNamespace, type UserAndGroup } from './server-identity.ts';

/** Users that systems have for such work, best first. */
const serverUserNames = ['postgres', 'nobody'];

/** The facts of this system that decide as whom the server runs. */
export function lookAround(dataDirectory: string, clusterDirectory: string, binaries: PostgresBinaries): IdentitySurroundings {
  const parent = dirname(dataDirectory);
  const runs = (user: UserAndGroup): boolean =>
    succeeds([binaries.postgres, '--version'], user) && succeeds([binaries.initdb, '--version'], user);
  return {
    ownUid: process.getuid?.() ?? 0,
    serverUsers: serverUsers(),
    dataOwner: ownerOf(clusterDirectory),
    parentOwner: ownerOf(parent),
    reachesAll: (user) => succeeds(['test', '-x', dataDirectory], user) && runs(user),
    reachesParent: (user) => succeeds(['test', '-x', parent], user) && runs(user),
    namespacesWork: (user) =>
      succeeds(inUserNamespace(user, ['test', '-x', parent])) &&
      succeeds(inUserNamespace(user, [binaries.postgres, '--version'])),
  };
}

function succeeds([command = '', ...words]: readonly string[], user?: UserAndGroup): boolean {
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid };
  return spawnSync(command, words, { cwd: '/', stdio: 'ignore', ...as }).status === 0;
}

function serverUsers(): readonly UserAndGroup[] {
  const users = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  return serverUserNames.flatMap((name) => {
    const user = users.find((fields) => fields[0] === name);
    return user === undefined ? [] : [{ uid: Number(user[2]), gid: Number(user[3]) }];
  });
}

/** Who owns a file or directory; undefined where there is none. */
export function ownerOf(path: string): UserAndGroup | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  return found === undefined ? undefined : { uid: found.uid, gid: found.gid };
}
