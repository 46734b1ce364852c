import { create } from '@bufbuild/protobuf';
import type { Role } from '@stitchd/core';
import type { Tx } from '@stitchd/db';
import { insertApiToken } from '@stitchd/db/auth';
import { ApiTokenSchema, CreatedApiTokenSchema, type CreatedApiToken } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../context.ts';
import { bodyOf, toApiToken } from '../messages/to-message.ts';
import { record } from '../requests/change.ts';
import { makeKey } from '../secrets/key-text.ts';

/** Makes a token in the transaction's organisation; its text is in the answer and nowhere else. */
export async function issueApiToken(
  tx: Tx,
  context: AuthContext,
  wanted: {
    readonly organisationId: string;
    readonly name: string;
    readonly role: Role;
    readonly operator: boolean;
    /** Undefined: never. */
    readonly expiresAt: Date | undefined;
  },
): Promise<CreatedApiToken> {
  const { text, sha256, hint } = makeKey('stat', context.randomBytes);
  const row = await insertApiToken(tx, {
    id: context.newId(),
    organisation_id: wanted.organisationId,
    name: wanted.name,
    role: wanted.role,
    hint,
    sha256,
    operator: wanted.operator,
    expires_at: wanted.expiresAt ?? null,
  });
  const token = toApiToken(row);
  await record(tx, context, {
    organisationId: wanted.organisationId,
    action: 'api-token.create',
    resource: { kind: 'api-token', id: row.id, key: row.name },
    after: bodyOf(ApiTokenSchema, token),
  });
  return create(CreatedApiTokenSchema, { token, secret: text });
}
