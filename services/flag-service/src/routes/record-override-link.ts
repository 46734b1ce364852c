import { timestampDate } from '@bufbuild/protobuf/wkt';
import { tokenLimits, type ValidationError } from '@stitchd/core';
import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { environmentScope, problem } from '@stitchd/service-kit';
import type { RecordOverrideLinkRequest, RecordOverrideLinkResponse } from '@stitchd/proto/flag/v1/flag';
import { changeInCall } from '../change-in-call.ts';
import type { FlagContext } from '../context.ts';
import { findFlagOrRefuse } from '../flags/find-flag-or-refuse.ts';
import { refuseInvalid } from '../flags/read-fields.ts';

/** Whoever has the link sees these variants, so that the audit log says who gave it, and to see what. */
export async function recordOverrideLink(
  context: FlagContext,
  { flags, expiresAt }: RecordOverrideLinkRequest,
): Promise<Omit<RecordOverrideLinkResponse, '$typeName' | '$unknown'>> {
  const scope = environmentScope();
  return context.database.inTenant(scope.organisationId, async (tx) => {
    await refuseUnknownVariants(tx, scope.projectId, flags);
    const id = context.newId();
    const resource = { kind: 'override-link', id, key: id };
    const after = { flags: { ...flags }, expiresAt: expiresAt === undefined ? null : timestampDate(expiresAt).toISOString() };
    await recordChange(tx, context.newId, changeInCall(scope, { action: 'flag.override-link', resource, after }));
    return { id };
  });
}

/** @throws VALIDATION_FAILED, NOT_FOUND */
async function refuseUnknownVariants(tx: Tx, projectId: string, flags: Readonly<Record<string, string>>): Promise<void> {
  const named = Object.entries(flags);
  if (named.length === 0 || named.length > tokenLimits.overrides)
    throw problem('VALIDATION_FAILED', `A link overrides 1 to ${tokenLimits.overrides} flags.`);
  const errors: ValidationError[] = [];
  for (const [key, variant] of named) {
    const flag = await findFlagOrRefuse(tx, projectId, key);
    if (flag.archived) errors.push({ path: `/flags/${key}`, message: 'is archived' });
    else if (!flag.variants.some((each) => each.key === variant))
      errors.push({ path: `/flags/${key}`, message: `must be one of ${flag.variants.map((each) => each.key).join(', ')}` });
  }
  refuseInvalid(errors, { flags });
}
