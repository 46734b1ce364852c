import { permissionsOf } from '@stitchd/core';
import { problem, type Principal } from '@stitchd/service-kit';
import { isRole } from './check.ts';

/** Whether whoever has `theirs` may do something that `ours` may not. */
export function exceeds(theirs: string, ours: string | undefined): boolean {
  if (!isRole(theirs)) return true;
  const held = ours !== undefined && isRole(ours) ? permissionsOf(ours) : new Set();
  return [...permissionsOf(theirs)].some((permission) => !held.has(permission));
}

/** Nobody gives, takes or lends a role that may do more than their own. @throws PERMISSION_DENIED */
export function requireGrant(principal: Principal, role: string): void {
  if (exceeds(role, principal.role))
    throw problem('PERMISSION_DENIED', `The role ${principal.role ?? 'none'} may not give or take the role ${role}.`);
}
