import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import { insertReceiver, listReceivers, lockProject } from '@stitchd/db/auth';
import { doOnce } from '@stitchd/db/platform';
import {
  CreatedReceiverSchema,
  CreateReceiverRequestSchema,
  ReceiverSchema,
  type CreatedReceiver,
  type CreateReceiverRequest,
} from '@stitchd/proto/auth/v1/receivers';
import { problem, repeatableRequest, repeatableResponse, seal } from '@stitchd/service-kit';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { auditedReceiver, toReceiver } from '../../messages/receiver-message.ts';
import { bodyOf } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';
import { check, nameFault } from '../../requests/check.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentProject } from '../../requests/tenant.ts';
import { secretName } from '../../telling/deliver.ts';
import { secretText } from '../../telling/sign-message.ts';
import { addressFault, topicFaults } from './receiver-faults.ts';

const secretBytes = 32;

/** The secret of a webhook is in the answer and, encrypted, in the store: a repetition is refused. */
export function createReceiver(context: AuthContext) {
  return async (request: CreateReceiverRequest): Promise<CreatedReceiver> => {
    const { organisationId } = currentProject();
    check(
      request.kind === 'webhook' ? undefined : { path: 'kind', message: 'must be webhook' },
      nameFault('name', request.name),
      addressFault(context, request.address),
      ...topicFaults(request.topics),
    );
    const repeatable = repeatableRequest('CreateReceiver', CreateReceiverRequestSchema, request);
    const outcome = await context.database.inTenant(organisationId, (tx) =>
      doOnce(
        tx,
        repeatable,
        () => undefined,
        () => insert(tx, context, request),
      ),
    );
    return repeatableResponse(CreatedReceiverSchema, outcome);
  };
}

async function insert(tx: Tx, context: AuthContext, request: CreateReceiverRequest): Promise<CreatedReceiver> {
  const { organisationId, projectId } = currentProject();
  // Held, so that two at once do not both make the last one that is allowed.
  if ((await lockProject(tx, { id: projectId })) === undefined) throw noSuchId('project', projectId);
  if ((await listReceivers(tx, projectId)).length >= authLimits.receiversPerProject)
    throw problem('INVALID_STATE', `A project has at most ${authLimits.receiversPerProject} receivers: delete one first.`);
  const id = context.newId();
  const secret = secretText(context.randomBytes(secretBytes));
  const row = await insertReceiver(tx, {
    id,
    organisation_id: organisationId,
    project_id: projectId,
    kind: request.kind,
    name: request.name.trim(),
    address: request.address,
    topics: request.topics,
    sealed_secret: seal(context.secretKey, secretName(id), secret, context.randomBytes),
  });
  await record(tx, context, {
    organisationId,
    projectId,
    action: 'receiver.create',
    resource: { kind: 'receiver', id, key: row.name },
    after: bodyOf(ReceiverSchema, auditedReceiver(row)),
  });
  return create(CreatedReceiverSchema, { receiver: toReceiver(row), secret });
}
