import { create } from '@bufbuild/protobuf';
import { VerificationKeysSchema, type VerificationKeys } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';

export function getVerificationKeys({ accessTokens }: AuthContext) {
  return async (): Promise<VerificationKeys> =>
    create(VerificationKeysSchema, { jwksJson: await accessTokens.verificationKeys() });
}
