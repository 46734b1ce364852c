import { isUuid } from '@stitchd/core';
import type { Tx } from '@stitchd/db';
import { lockReceiver, readReceiver, type ReceiverRow } from '@stitchd/db/auth';
import { noSuchId } from '../../requests/not-found.ts';
import { currentProject } from '../../requests/tenant.ts';

/** A receiver of the project that the call is about. @throws NOT_FOUND */
export async function findReceiver(tx: Tx, id: string, { lock = false } = {}): Promise<ReceiverRow> {
  const { projectId } = currentProject();
  const find = lock ? lockReceiver : readReceiver;
  const row = isUuid(id) ? await find(tx, projectId, id) : undefined;
  if (row === undefined) throw noSuchId('receiver', id);
  return row;
}
