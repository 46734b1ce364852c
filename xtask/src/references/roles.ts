import { permissions, permissionsOf, roles } from '@stitchd/core';
import { code, page, table } from './markdown.ts';
import type { Reference } from './reference.ts';

/** What each role may do. */
export function rolesReference(): Reference {
  const rows = permissions.map((permission) => [
    code(permission),
    ...roles.map((role) => (permissionsOf(role).has(permission) ? 'yes' : '')),
  ]);
  return {
    file: 'roles.md',
    text: page(
      'Roles and permissions',
      'the permissions of @stitchd/core',
      'A member of an organisation has one role, an API token too. Each role may do what the next one may.',
      table(['Permission', ...roles], rows),
    ),
  };
}
