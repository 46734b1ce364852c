import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import { insertSdkKey, readEnvironment } from '@stitchd/db/auth';
import { doOnce } from '@stitchd/db/platform';
import { repeatableRequest, repeatableResponse } from '@stitchd/service-kit';
import {
  CreatedSdkKeySchema,
  CreateSdkKeyRequestSchema,
  SdkKeySchema,
  type CreatedSdkKey,
  type CreateSdkKeyRequest,
} from '@stitchd/proto/auth/v1/auth';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { bodyOf, toSdkKey } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, nameFault, rangeFault } from '../../requests/check.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { normaliseOrigin, originFaults } from '../../requests/origins.ts';
import { currentEnvironment } from '../../requests/tenant.ts';
import { makeKey } from '../../secrets/key-text.ts';

const prefixes = { server: 'stsk', client: 'stck' } as const;

/** The key's text is in the answer and nowhere else, so a repetition is refused. */
export function createSdkKey(context: AuthContext) {
  return async (request: CreateSdkKeyRequest): Promise<CreatedSdkKey> => {
    const { organisationId } = currentEnvironment();
    // A client key is published with the page that uses it: nobody may write the past with it.
    const mostDays = request.kind === 'client' ? 0 : authLimits.backfillDays;
    check(
      nameFault('name', request.name),
      kindOf(request) === undefined ? { path: 'kind', message: 'must be one of server, client' } : undefined,
      rangeFault('backfillDays', request.backfillDays, 0, mostDays),
      ...originFaults('allowedOrigins', request.kind, request.allowedOrigins),
    );
    const repeatable = repeatableRequest('CreateSdkKey', CreateSdkKeyRequestSchema, request);
    const outcome = await context.database.inTenant(organisationId, (tx) =>
      doOnce(
        tx,
        repeatable,
        () => undefined,
        () => insert(tx, context, request),
      ),
    );
    return repeatableResponse(CreatedSdkKeySchema, outcome);
  };
}

function kindOf({ kind }: CreateSdkKeyRequest): keyof typeof prefixes | undefined {
  return kind === 'server' || kind === 'client' ? kind : undefined;
}

async function insert(tx: Tx, context: AuthContext, request: CreateSdkKeyRequest): Promise<CreatedSdkKey> {
  const { organisationId, projectId, environmentId } = currentEnvironment();
  if ((await readEnvironment(tx, projectId, environmentId)) === undefined) throw noSuchId('environment', environmentId);
  const kind = kindOf(request) ?? 'client';
  const { text, sha256, hint } = makeKey(prefixes[kind], context.randomBytes);
  const row = await insertSdkKey(tx, {
    id: context.newId(),
    organisation_id: organisationId,
    project_id: projectId,
    environment_id: environmentId,
    name: request.name.trim(),
    kind,
    hint,
    sha256,
    allowed_origins: request.allowedOrigins.flatMap((origin) => normaliseOrigin(origin) ?? []),
    backfill_days: request.backfillDays,
  });
  const key = toSdkKey(row);
  await record(tx, context, {
    organisationId,
    projectId,
    environmentId,
    action: 'sdk-key.create',
    resource: { kind: 'sdk-key', id: row.id, key: row.name },
    after: bodyOf(SdkKeySchema, key),
  });
  return create(CreatedSdkKeySchema, { key, secret: text });
}
