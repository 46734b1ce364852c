import { enqueueJob, makeWaitingJobsDue } from '@stitchd/db/event';
import type { Tx } from '@stitchd/db/postgres';
import type { ProjectScope } from '@stitchd/service-kit';
import { replayKind } from './replay-quarantine.ts';

/** One may run: then another waits, which begins with the definitions as they are after it. */
const unfinishedReplays = 2;

/**
 * Has what is aside in the environments of a project looked at again, in the transaction that changes what its events have to be
 * like: so no change is without its replay, and no replay sees less than the change.
 */
export async function requestReplay(
  tx: Tx,
  newId: () => string,
  scope: ProjectScope,
  environmentIds: readonly string[],
): Promise<void> {
  for (const environmentId of environmentIds) {
    const job = { ...scope, environmentId, id: newId(), kind: replayKind, request: {}, createdBy: 'event-service' };
    const queued = await enqueueJob(tx, job, unfinishedReplays);
    if (queued === undefined) await makeWaitingJobsDue(tx, environmentId, replayKind);
  }
}
