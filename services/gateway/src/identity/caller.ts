import { timestampMs } from '@bufbuild/protobuf/wkt';
import { roles, type Role } from '@stitchd/core';
import type { KeyIdentity } from '@stitchd/proto/auth/v1/auth';
import type { Principal } from '@stitchd/service-kit';

/** Somebody whose credentials were verified. */
export interface Caller {
  readonly principal: Principal;
  /** Of a client key; empty: any. */
  readonly allowedOrigins: readonly string[];
  /** Of the key that was shown, or that a ticket stands for: SHA-256, hexadecimal. */
  readonly keyHash?: string;
  /** Epoch milliseconds; undefined: never. */
  readonly expiresAtMs: number | undefined;
}

/** The caller that a key or API token stands for. */
export function callerOfKey(identity: KeyIdentity): Caller {
  const common = { id: identity.id, name: identity.name, organisationId: identity.organisationId };
  return {
    principal:
      identity.kind === 'api-token'
        ? { kind: 'api-token', ...common, role: asRole(identity.role) }
        : {
            kind: 'sdk-key',
            ...common,
            projectId: identity.projectId,
            environmentId: identity.environmentId,
            keyKind: identity.keyKind === 'server' ? 'server' : 'client',
            backfillDays: identity.backfillDays,
          },
    allowedOrigins: identity.allowedOrigins,
    expiresAtMs: identity.expiresAt === undefined ? undefined : timestampMs(identity.expiresAt),
  };
}

/** The caller that an access token names; undefined where its claims are not ours. */
export function callerOfClaims(claims: Readonly<Record<string, unknown>>): Caller | undefined {
  const { sub, org, role, email } = claims;
  if (typeof sub !== 'string' || typeof org !== 'string' || typeof role !== 'string') return undefined;
  const principal: Principal = {
    kind: 'user',
    id: sub,
    name: typeof email === 'string' ? email : sub,
    organisationId: org,
    role: asRole(role),
  };
  return { principal, allowedOrigins: [], expiresAtMs: undefined };
}

/** A role that this gateway does not know may do nothing more than the least one. */
function asRole(text: string): Role {
  return roles.find((role) => role === text) ?? 'viewer';
}
