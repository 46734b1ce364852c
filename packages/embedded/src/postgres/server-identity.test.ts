import { expect, test } from 'vitest';
import { chooseServerIdentity, commandAs, type IdentitySurroundings } from './server-identity.ts';

const postgres = { uid: 26, gid: 26 };
const nobody = { uid: 65_534, gid: 65_534 };
const alice = { uid: 1_000, gid: 1_000 };
const root = { uid: 0, gid: 0 };

const nothingWorks: IdentitySurroundings = {
  ownUid: 0,
  serverUsers: [postgres, nobody],
  dataOwner: undefined,
  parentOwner: root,
  reachesAll: () => false,
  reachesParent: () => false,
  namespacesWork: () => false,
};

test('an ordinary user runs the server as itself, without a question asked', () => {
  const asked = (): never => {
    throw new Error('asked');
  };
  const surroundings = { ...nothingWorks, ownUid: 1_000, reachesAll: asked, reachesParent: asked, namespacesWork: asked };
  expect(chooseServerIdentity(surroundings)).toEqual({ kind: 'self' });
});

test('root prefers the user whose database it is, then the first server user who can reach it', () => {
  const all = { ...nothingWorks, reachesAll: () => true };
  expect(chooseServerIdentity({ ...all, dataOwner: alice })).toEqual({ kind: 'user', user: alice, openDirectory: false });
  expect(chooseServerIdentity({ ...all, dataOwner: root })).toEqual({ kind: 'user', user: postgres, openDirectory: false });
  const onlyNobody = { ...nothingWorks, reachesAll: (user: typeof nobody) => user === nobody };
  expect(chooseServerIdentity(onlyNobody)).toEqual({ kind: 'user', user: nobody, openDirectory: false });
});

test('where nobody can reach the directory, root uses a user namespace before it opens the directory', () => {
  const surroundings = { ...nothingWorks, namespacesWork: () => true, reachesParent: () => true };
  const identity = chooseServerIdentity(surroundings);
  expect(identity).toEqual({ kind: 'user-namespace', user: postgres });
  expect(commandAs(identity, ['postgres', '-D', 'x'])).toEqual([
    'unshare',
    '--user',
    '--map-user=26',
    '--map-group=26',
    '--',
    'postgres',
    '-D',
    'x',
  ]);
});

test('without user namespaces the data directory is opened for a server user, or else for the owner of its parent', () => {
  expect(chooseServerIdentity({ ...nothingWorks, reachesParent: () => true })).toEqual({
    kind: 'user',
    user: postgres,
    openDirectory: true,
  });
  const privateHome = { ...nothingWorks, parentOwner: alice, reachesParent: (user: typeof alice) => user === alice };
  expect(chooseServerIdentity(privateHome)).toEqual({ kind: 'user', user: alice, openDirectory: true });
});

test('root is refused with what to do where nothing works', () => {
  expect(() => chooseServerIdentity({ ...nothingWorks, reachesParent: (user) => user.uid === 0 })).toThrow(
    /ordinary user.*STITCHD_DATABASE_URL/,
  );
});
