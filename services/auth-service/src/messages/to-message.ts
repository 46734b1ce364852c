import { create, toJson, type DescMessage, type JsonObject, type MessageShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { JsonValue } from '@stitchd/core';
import {
  ApiTokenSchema,
  AuditEntrySchema,
  EnvironmentSchema,
  MemberSchema,
  OrganisationSchema,
  ProjectSchema,
  SdkKeySchema,
  type ApiToken,
  type AuditEntry,
  type Environment,
  type Member,
  type Organisation,
  type Project,
  type SdkKey,
} from '@stitchd/proto/auth/v1/auth';
import type { ApiTokenRow, AuditRow, EnvironmentRow, MemberRow, OrganisationRow, ProjectRow, SdkKeyRow } from '@stitchd/db/auth';

export function toOrganisation(row: OrganisationRow): Organisation {
  const { id, key, name, version } = row;
  return create(OrganisationSchema, { id, key, name, version, createdAt: timestampFromDate(row.created_at) });
}

export function toProject(row: ProjectRow): Project {
  const { id, key, name, description, version } = row;
  return create(ProjectSchema, { id, key, name, description, version, ...lifetime(row) });
}

export function toEnvironment(row: EnvironmentRow): Environment {
  const { id, key, name, production, version } = row;
  return create(EnvironmentSchema, { id, key, name, production, projectId: row.project_id, version, ...lifetime(row) });
}

export function toMember(row: MemberRow): Member {
  const { email, name, role, version } = row;
  return create(MemberSchema, {
    userId: row.user_id,
    email,
    name,
    role,
    version,
    createdAt: timestampFromDate(row.created_at),
  });
}

export function toSdkKey(row: SdkKeyRow): SdkKey {
  const { id, name, kind, hint } = row;
  return create(SdkKeySchema, {
    id,
    name,
    kind,
    hint,
    environmentId: row.environment_id,
    allowedOrigins: row.allowed_origins,
    backfillDays: row.backfill_days,
    createdAt: timestampFromDate(row.created_at),
    ...(row.revoked_at !== null && { revokedAt: timestampFromDate(row.revoked_at) }),
  });
}

export function toApiToken(row: ApiTokenRow): ApiToken {
  const { id, name, role, hint } = row;
  return create(ApiTokenSchema, {
    id,
    name,
    role,
    hint,
    createdAt: timestampFromDate(row.created_at),
    ...(row.expires_at !== null && { expiresAt: timestampFromDate(row.expires_at) }),
    ...(row.revoked_at !== null && { revokedAt: timestampFromDate(row.revoked_at) }),
  });
}

export function toAuditEntry(row: AuditRow): AuditEntry {
  return create(AuditEntrySchema, {
    id: row.id,
    at: timestampFromDate(row.at),
    actorKind: row.actor_kind,
    actorId: row.actor_id,
    actorName: row.actor_name,
    action: row.action,
    resourceKind: row.resource_kind,
    resourceId: row.resource_id,
    resourceKey: row.resource_key,
    projectId: row.project_id ?? '',
    environmentId: row.environment_id ?? '',
    requestId: row.request_id,
    ...(row.before !== null && { before: asObject(row.before) }),
    ...(row.after !== null && { after: asObject(row.after) }),
  });
}

/** The JSON of a message, for the audit log and for VERSION_MISMATCH. */
export function bodyOf<D extends DescMessage>(schema: D, message: MessageShape<D>): JsonValue {
  return toJson(schema, message) as JsonValue;
}

/** A state that is no object, such as a list, stands under one name: the contract carries objects only. */
function asObject(state: unknown): JsonObject {
  const isObject = typeof state === 'object' && state !== null && !Array.isArray(state);
  return (isObject ? state : { value: state }) as JsonObject;
}

function lifetime(row: { readonly created_at: Date; readonly updated_at: Date }) {
  return { createdAt: timestampFromDate(row.created_at), updatedAt: timestampFromDate(row.updated_at) };
}
