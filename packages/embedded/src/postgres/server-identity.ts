import { EmbeddedEngineError } from '../embedded-engine-error.ts';

/** A user and group, by number. */
export interface UserAndGroup {
  readonly uid: number;
  readonly gid: number;
}

/** As whom PostgreSQL runs; it refuses to run as root. */
export type ServerIdentity =
  /** As ourselves. */
  | { readonly kind: 'self' }
  /** As another user of this system; `openDirectory` says that the data directory must first let others pass (mode 0711). */
  | { readonly kind: 'user'; readonly user: UserAndGroup; readonly openDirectory: boolean }
  /** As ourselves for the system, and as that user inside a user namespace: files stay root's. */
  | { readonly kind: 'user-namespace'; readonly user: UserAndGroup };

/** What the decision depends on; each question may run a program, so it is asked only when it matters. */
export interface IdentitySurroundings {
  readonly ownUid: number;
  /** Users that systems have for such work, best first. */
  readonly serverUsers: readonly UserAndGroup[];
  /** Who owns the database files, where they exist already. */
  readonly dataOwner: UserAndGroup | undefined;
  /** Who owns the directory that the data directory is in. */
  readonly parentOwner: UserAndGroup | undefined;
  /** Whether the user can run the programs and pass through the data directory as it is. */
  readonly reachesAll: (user: UserAndGroup) => boolean;
  /** Whether the user can run the programs and reach the data directory's parent. */
  readonly reachesParent: (user: UserAndGroup) => boolean;
  /** Whether a user namespace can be made, and reaches both from inside, where root may no longer pass everything. */
  readonly namespacesWork: (user: UserAndGroup) => boolean;
}

const nobody: UserAndGroup = { uid: 65_534, gid: 65_534 };

/**
 * Decides as whom PostgreSQL runs. For root, in this order: the user whose database it already is; an unprivileged user who
 * can reach everything; a user namespace; an unprivileged user after the data directory (never a parent of it) is opened for
 * passing through. Containers without user namespaces need the last, and `sudo` under somebody's private home.
 *
 * @throws {EmbeddedEngineError} `ENGINE_REFUSES_ROOT` where none of them will do.
 */
export function chooseServerIdentity(surroundings: IdentitySurroundings): ServerIdentity {
  const { ownUid, serverUsers, dataOwner, parentOwner, reachesAll, reachesParent, namespacesWork } = surroundings;
  if (ownUid !== 0) return { kind: 'self' };
  const users = [dataOwner, ...serverUsers].filter(isUnprivileged);
  const reaching = users.find(reachesAll);
  if (reaching !== undefined) return { kind: 'user', user: reaching, openDirectory: false };
  const mapped = serverUsers[0] ?? nobody;
  if (namespacesWork(mapped)) return { kind: 'user-namespace', user: mapped };
  const nearly = [...users, parentOwner].filter(isUnprivileged).find(reachesParent);
  if (nearly !== undefined) return { kind: 'user', user: nearly, openDirectory: true };
  throw new EmbeddedEngineError(
    'ENGINE_REFUSES_ROOT',
    'PostgreSQL does not run as root. No unprivileged user can reach the data directory, and this system has no user namespaces. Run as an ordinary user, choose a data directory that others can pass through, or set STITCHD_DATABASE_URL.',
  );
}

function isUnprivileged(user: UserAndGroup | undefined): user is UserAndGroup {
  return user !== undefined && user.uid !== 0;
}

/** The command that runs a program under that identity. A uid and gid for `spawn` go beside it. */
export function commandAs(identity: ServerIdentity, command: readonly string[]): readonly string[] {
  return identity.kind === 'user-namespace' ? inUserNamespace(identity.user, command) : command;
}

/** The command that runs a program as that user in a user namespace of its own. */
export function inUserNamespace({ uid, gid }: UserAndGroup, command: readonly string[]): readonly string[] {
  return ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--', ...command];
}

/** Who owns the files that a server of this identity works on; undefined where that is ourselves. */
export function fileOwner(identity: ServerIdentity): UserAndGroup | undefined {
  return identity.kind === 'user' ? identity.user : undefined;
}
