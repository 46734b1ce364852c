import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Tx } from '@stitchd/db';
import {
  enterOrganisation,
  findApiToken,
  findSdkKey,
  readApiToken,
  readSdkKey,
  type ApiTokenRow,
  type SdkKeyRow,
} from '@stitchd/db/auth';
import { problem } from '@stitchd/service-kit';
import { KeyIdentitySchema, type KeyIdentity, type VerifyKeyRequest } from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { check } from '../../requests/check.ts';

const sha256Bytes = 32;

type FoundKey = { readonly kind: 'sdk-key'; readonly row: SdkKeyRow } | { readonly kind: 'api-token'; readonly row: ApiTokenRow };

export function verifyKey({ database, nowMs }: AuthContext) {
  return async (request: VerifyKeyRequest): Promise<KeyIdentity> => {
    check(request.sha256.length === sha256Bytes ? undefined : { path: 'sha256', message: `must be ${sha256Bytes} bytes` });
    const found = await database.beforeTenant((tx) => findKey(tx, request.sha256));
    if (found === undefined) throw problem('KEY_UNKNOWN', 'This key is not known here.');
    if (found.row.revoked_at !== null)
      throw problem('KEY_REVOKED', `The key "${found.row.name}" was revoked at ${found.row.revoked_at.toISOString()}.`);
    return found.kind === 'sdk-key' ? sdkKeyIdentity(found.row) : apiTokenIdentity(found.row, nowMs());
  };
}

/** An SDK key or an API token: the caller has no more than its hash. */
async function findKey(tx: Tx, sha256: Uint8Array): Promise<FoundKey | undefined> {
  const sdkKey = await findSdkKey(tx, sha256);
  if (sdkKey !== undefined) {
    await enterOrganisation(tx, sdkKey.organisation_id);
    const row = await readSdkKey(tx, sdkKey.id);
    return row === undefined ? undefined : { kind: 'sdk-key', row };
  }
  const token = await findApiToken(tx, sha256);
  if (token === undefined) return undefined;
  await enterOrganisation(tx, token.organisation_id);
  const row = await readApiToken(tx, token.id);
  return row === undefined ? undefined : { kind: 'api-token', row };
}

function sdkKeyIdentity(row: SdkKeyRow): KeyIdentity {
  return create(KeyIdentitySchema, {
    kind: 'sdk-key',
    id: row.id,
    name: row.name,
    organisationId: row.organisation_id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    keyKind: row.kind,
    allowedOrigins: row.allowed_origins,
    backfillDays: row.backfill_days,
  });
}

function apiTokenIdentity(row: ApiTokenRow, nowMs: number): KeyIdentity {
  if (row.expires_at !== null && row.expires_at.getTime() <= nowMs)
    throw problem('KEY_REVOKED', `The API token "${row.name}" expired at ${row.expires_at.toISOString()}.`);
  return create(KeyIdentitySchema, {
    kind: 'api-token',
    id: row.id,
    name: row.name,
    organisationId: row.organisation_id,
    role: row.role,
    ...(row.expires_at !== null && { expiresAt: timestampFromDate(row.expires_at) }),
  });
}
