import { create } from '@bufbuild/protobuf';
import type { Tx } from '@stitchd/db';
import { insertReceiver, listReceivers, lockProject } from '@stitchd/db/auth';
import { doOnce } from '@stitchd/db/platform';
import {
  CreatedReceiverSchema,
  CreateReceiverRequestSchema,
  type CreatedReceiver,
  type CreateReceiverRequest,
} from '@stitchd/proto/auth/v1/receivers';
import { problem, repeatableRequest, repeatableResponse, seal } from '@stitchd/service-kit';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import { toReceiver } from '../../messages/receiver-message.ts';
import { check, nameFault } from '../../requests/check.ts';
import { noSuchId } from '../../requests/not-found.ts';
import { currentProject } from '../../requests/tenant.ts';
import { authSettings } from '../../settings.ts';
import { secretName } from '../../telling/deliver.ts';
import { secretText } from '../../telling/sign-message.ts';
import { recordReceiver } from './record-receiver.ts';
import { addressFault, normaliseAddress, topicFaults } from './receiver-faults.ts';

const secretBytes = 32;
const noMailServer = `No e-mail can be sent: the operator has to set ${authSettings.smtpUrl.variable} and ${authSettings.smtpFrom.variable}.`;

/** The secret of a webhook is in the answer and, encrypted, in the store: a repetition is refused. */
export function createReceiver(context: AuthContext) {
  return async (request: CreateReceiverRequest): Promise<CreatedReceiver> => {
    const { organisationId } = currentProject();
    const address = normaliseAddress(request.kind, request.address);
    check(
      ['webhook', 'email'].includes(request.kind) ? undefined : { path: 'kind', message: 'must be one of webhook, email' },
      nameFault('name', request.name),
      addressFault(context, request.kind, address),
      ...topicFaults(request.topics),
    );
    if (request.kind === 'email' && context.mail === undefined) throw problem('INVALID_STATE', noMailServer);
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
  const secret = request.kind === 'webhook' ? secretText(context.randomBytes(secretBytes)) : '';
  const row = await insertReceiver(tx, {
    id,
    organisation_id: organisationId,
    project_id: projectId,
    kind: request.kind,
    name: request.name.trim(),
    address: normaliseAddress(request.kind, request.address),
    topics: request.topics,
    sealed_secret: secret === '' ? null : seal(context.secretKey, secretName(id), secret, context.randomBytes),
  });
  await recordReceiver(tx, context, 'receiver.create', { after: row });
  return create(CreatedReceiverSchema, { receiver: toReceiver(row), secret });
}
