import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { readSpools } from '@stitchd/db/event';
import type { GetSpoolsRequest } from '@stitchd/proto/event/v1/event';
import type { EventContext } from '../context.ts';
import { erasureLimits } from '../erasure/erasure-limits.ts';

/** Until when what was accepted is in the event store, whichever replica took it. */
export async function getSpools({ database }: EventContext, { since }: GetSpoolsRequest) {
  const limits = {
    slackMs: erasureLimits.slackMs,
    silentMs: erasureLimits.goneReplicaMs,
    emptyMs: erasureLimits.emptyReplicaMs,
    missingMs: erasureLimits.missingReplicaMs,
    toldMs: erasureLimits.toldReplicaMs,
  };
  const from = since === undefined ? new Date(0) : timestampDate(since);
  const { storedUntil, silentReplicas } = await database.beforeTenant((tx) => readSpools(tx, from, limits));
  return { ...(storedUntil && { storedUntil: timestampFromDate(storedUntil) }), silentReplicas };
}
