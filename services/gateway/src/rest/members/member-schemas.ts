import { z } from 'zod';
import { idField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';
import { roleField } from '../sessions/session-schemas.ts';

export const member = z
  .object({
    userId: idField,
    email: z.string(),
    name: nameField,
    role: roleField,
    version: versionField,
    createdAt: timestampField,
  })
  .meta({ id: 'Member' });

export const memberList = listOf(member, 'MemberList');

export const newMember = z
  .strictObject({ email: z.string().max(320), name: nameField.optional(), role: roleField })
  .meta({ id: 'NewMember', examples: [{ email: 'grace@example.org', name: 'Grace', role: 'editor' }] });

export const addedMember = z
  .object({
    member,
    signInLink: z
      .object({ token: z.string().describe('Shown once.'), expiresAt: timestampField })
      .optional()
      .describe('Where the user is new.'),
  })
  .meta({ id: 'AddedMember' });

export const memberPatch = z.strictObject({ role: roleField }).meta({ id: 'MemberPatch', examples: [{ role: 'viewer' }] });
