import type { Tx } from '@stitchd/db';
import type { ReceiverRow } from '@stitchd/db/auth';
import { ReceiverSchema } from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../../context.ts';
import { auditedReceiver } from '../../messages/receiver-message.ts';
import { bodyOf } from '../../messages/to-message.ts';
import { record } from '../../requests/change.ts';

type States =
  | { readonly after: ReceiverRow; readonly before?: ReceiverRow }
  | { readonly before: ReceiverRow; readonly after?: never };

/** Writes audit and outbox of a change of a receiver. */
export function recordReceiver(tx: Tx, context: AuthContext, action: string, { before, after }: States): Promise<void> {
  const { id, name, organisation_id: organisationId, project_id: projectId } = after ?? before;
  return record(tx, context, {
    organisationId,
    projectId,
    action,
    resource: { kind: 'receiver', id, key: name },
    ...(before !== undefined && { before: bodyOf(ReceiverSchema, auditedReceiver(before)) }),
    ...(after !== undefined && { after: bodyOf(ReceiverSchema, auditedReceiver(after)) }),
  });
}
