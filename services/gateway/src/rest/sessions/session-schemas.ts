import { permissions, roles } from '@stitchd/core';
import { z } from 'zod';
import { idField, timestampField } from '../fields.ts';
import { organisation } from '../organisations/organisation-schemas.ts';

export const roleField = z.enum(roles).describe('Each role includes what the next may do: owner, admin, editor, viewer.');

export const signInBody = z
  .strictObject({ email: z.string().max(320), password: z.string().max(1_024) })
  .meta({ id: 'SignIn', examples: [{ email: 'ada@example.org', password: 'correct horse battery staple' }] });

export const exchangeLinkBody = z
  .strictObject({ token: z.string().max(512).describe('What stands after the # of the link.') })
  .meta({ id: 'ExchangeSignInLink', examples: [{ token: 'stli_5Jr0…' }] });

export const refreshBody = z
  .strictObject({
    organisation: z.string().optional().describe('The key of another organisation of the user, to change to it.'),
  })
  .meta({ id: 'RefreshSession', examples: [{}] });

const user = z.object({ id: idField, email: z.string(), name: z.string() }).meta({ id: 'User' });

export const session = z
  .object({
    accessToken: z.string().describe('Send it as `Authorization: Bearer …`.'),
    accessExpiresAt: timestampField,
    user,
    organisation,
    role: roleField,
  })
  .meta({
    id: 'Session',
    description: 'The refresh token comes in an HttpOnly cookie that is sent to /v1/auth only.',
  });

export const identity = z
  .object({
    kind: z.enum(['user', 'api-token']),
    id: idField,
    name: z.string().describe('The e-mail address of a user, the name of a token.'),
    role: roleField,
    organisationId: idField,
    permissions: z.array(z.enum(permissions as unknown as readonly [string, ...string[]])),
  })
  .meta({ id: 'Identity' });

export const passwordBody = z
  .strictObject({
    currentPassword: z.string().max(1_024).optional().describe('Left out where none was set before.'),
    newPassword: z.string().max(1_024),
  })
  .meta({ id: 'SetPassword', examples: [{ newPassword: 'correct horse battery staple' }] });
