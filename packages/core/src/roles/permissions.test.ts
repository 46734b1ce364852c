import { expect, test } from 'vitest';
import { permissions, permissionsOf, roles } from './permissions.ts';

test('Each role may do strictly more than the next', () => {
  for (const [index, role] of roles.slice(0, -1).entries()) {
    const lower = permissionsOf(roles[index + 1] ?? role);
    for (const permission of lower) expect(permissionsOf(role).has(permission), `${role} ${permission}`).toBe(true);
    expect(permissionsOf(role).size).toBeGreaterThan(lower.size);
  }
});

test('A viewer changes nothing', () => {
  for (const permission of permissionsOf('viewer')) expect(permission).toMatch(/\.read$/);
});

test('Only an owner changes the organisation, and only owners and admins handle keys and members', () => {
  expect(roles.filter((role) => permissionsOf(role).has('organisation.write'))).toEqual(['owner']);
  expect(roles.filter((role) => permissionsOf(role).has('key.write'))).toEqual(['owner', 'admin']);
  expect(roles.filter((role) => permissionsOf(role).has('member.write'))).toEqual(['owner', 'admin']);
  expect(permissionsOf('owner').size).toBe(permissions.length);
});
