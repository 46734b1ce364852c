import { create } from '@bufbuild/protobuf';
import { changeEnvironments, lockEnvironments, referrersOf } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { allowLongStatements, deleteSegment as removeSegment, listSides, type SegmentRow } from '@stitchd/db/segment';
import {
  DeleteSegmentResponseSchema,
  type DeleteSegmentRequest,
  type DeleteSegmentResponse,
} from '@stitchd/proto/segment/v1/segment';
import { problem, requireVersion, environmentScope } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { listLimits } from '../limits.ts';
import { shardId } from '../lists/shard-body.ts';
import { changeInCall } from '../change-in-call.ts';
import { findSegmentOrRefuse } from '../segments/find-segment-or-refuse.ts';
import { segmentState } from '../segments/segment-message.ts';

/** Deletes a segment that nobody refers to. */
export async function deleteSegment(context: SegmentContext, request: DeleteSegmentRequest): Promise<DeleteSegmentResponse> {
  const scope = environmentScope();
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const segment = await findSegmentOrRefuse(tx, scope, request.key, { lock: true });
    requireVersion(request.ifVersion, segment, segmentState(segment));
    await lockEnvironments(tx, [scope.environmentId]);
    await refuseUsed(tx, segment);
    await allowLongStatements(tx, listLimits.statementTimeoutMs);
    await removeSegment(tx, segment.id);
    const change = changeInCall(scope, {
      action: 'segment.delete',
      resource: { kind: 'segment', id: segment.id, key: segment.key },
      before: segmentState(segment),
    });
    await changeEnvironments(tx, context.newId, [scope.environmentId], change, async () => ({
      remove: [{ kind: 'segment', id: segment.id }, ...shardsOf(segment)],
      references: [{ from: { kind: 'segment', key: segment.key }, to: [] }],
    }));
    return create(DeleteSegmentResponseSchema);
  });
}

async function refuseUsed(tx: Tx, { environment_id: environmentId, key }: SegmentRow): Promise<void> {
  const referrers = await referrersOf(tx, environmentId, { kind: 'segment', key });
  if (referrers.length === 0) return;
  const errors = referrers.map((referrer) => ({ path: '', message: `${referrer.kind} ${referrer.key} refers to it` }));
  throw problem('IN_USE', errors.map(({ message }) => message).join('; '), { errors });
}

function shardsOf(segment: SegmentRow) {
  return listSides.flatMap((side) =>
    Array.from({ length: segment[`${side}_shards`] }, (_, shard) => ({
      kind: 'list-shard',
      id: shardId(segment.id, side, shard),
    })),
  );
}
