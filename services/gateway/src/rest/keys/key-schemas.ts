import { z } from 'zod';
import { idField, nameField, timestampField, wholeNumber } from '../fields.ts';
import { listOf } from '../lists.ts';
import { roleField } from '../sessions/session-schemas.ts';

const kind = z
  .enum(['server', 'client'])
  .describe('`server` may read rules; `client` gets values of `clientVisible` flags only and may be seen by anybody.');
const allowedOrigins = z
  .array(z.string())
  .describe('Of a client key: origins from which browsers may use it, such as `https://shop.example`; none means any.');
const backfillDays = wholeNumber.describe(
  "How many days back items may lie that this key sends; 0: the installation's window of 7 days.",
);
const hint = z.string().describe('The visible beginning, by which people tell keys apart.');
const secret = z.string().describe('Shown once; only its hash is stored.');

export const sdkKey = z
  .object({
    id: idField,
    name: nameField,
    kind,
    hint,
    environmentId: idField,
    allowedOrigins,
    backfillDays,
    createdAt: timestampField,
    revokedAt: timestampField.optional(),
  })
  .meta({ id: 'SdkKey' });

export const sdkKeyList = listOf(sdkKey, 'SdkKeyList');

export const newSdkKey = z
  .strictObject({
    name: nameField,
    kind,
    allowedOrigins: allowedOrigins.optional(),
    backfillDays: backfillDays.optional(),
  })
  .meta({ id: 'NewSdkKey', examples: [{ name: 'Web servers', kind: 'server' }] });

export const createdSdkKey = z.object({ key: sdkKey, secret }).meta({ id: 'CreatedSdkKey' });

export const apiToken = z
  .object({
    id: idField,
    name: nameField,
    role: roleField,
    hint,
    createdAt: timestampField,
    expiresAt: timestampField.optional(),
    revokedAt: timestampField.optional(),
  })
  .meta({ id: 'ApiToken' });

export const apiTokenList = listOf(apiToken, 'ApiTokenList');

export const newApiToken = z
  .strictObject({
    name: nameField,
    role: roleField,
    expiresInDays: z.number().int().min(0).max(36_500).optional().describe('0 or left out: never expires.'),
  })
  .meta({ id: 'NewApiToken', examples: [{ name: 'Deployment', role: 'editor', expiresInDays: 90 }] });

export const createdApiToken = z.object({ token: apiToken, secret }).meta({ id: 'CreatedApiToken' });
