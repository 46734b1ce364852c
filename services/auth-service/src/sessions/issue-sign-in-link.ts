import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Tx } from '@stitchd/db';
import { insertSignInLink } from '@stitchd/db/auth';
import { SignInLinkSchema, type SignInLink } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../context.ts';
import { authLimits } from '../limits.ts';
import { makeOpaqueToken } from '../secrets/opaque-token.ts';

/** The transaction must act as that person. */
export async function issueSignInLink(tx: Tx, context: AuthContext, userId: string): Promise<SignInLink> {
  const { text, sha256 } = makeOpaqueToken(context.randomBytes);
  const expiresAt = new Date(context.nowMs() + authLimits.signInLinkHours * 3_600_000);
  await insertSignInLink(tx, { sha256, user_id: userId, expires_at: expiresAt });
  return create(SignInLinkSchema, { token: text, expiresAt: timestampFromDate(expiresAt) });
}
