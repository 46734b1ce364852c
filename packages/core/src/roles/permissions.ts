export const roles = ['owner', 'admin', 'editor', 'viewer'] as const;

/** A member's role in an organisation; each includes what the next may do. */
export type Role = (typeof roles)[number];

const viewer = [
  'organisation.read',
  'project.read',
  'environment.read',
  'flag.read',
  'segment.read',
  'event.read',
  'metric.read',
  'experiment.read',
  'stats.read',
] as const;

const editor = [
  ...viewer,
  'flag.write',
  'segment.write',
  'event.write',
  'metric.write',
  'experiment.write',
  'stats.recompute',
  'member.read',
  'audit.read',
] as const;

const admin = [
  ...editor,
  'project.write',
  'environment.write',
  'member.write',
  'key.read',
  'key.write',
  'receiver.read',
  'receiver.write',
  'event.import',
  'event.export',
] as const;

const owner = [...admin, 'organisation.write'] as const;

/** One thing that a principal may do. */
export type Permission = (typeof owner)[number];

/** Every permission there is. */
export const permissions: readonly Permission[] = owner;

const byRole: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  owner: new Set(owner),
  admin: new Set(admin),
  editor: new Set(editor),
  viewer: new Set(viewer),
};

/** What a role may do. */
export function permissionsOf(role: Role): ReadonlySet<Permission> {
  return byRole[role];
}
