import { environmentScope } from '@stitchd/service-kit';
import type { GetSegmentRequest, Segment } from '@stitchd/proto/segment/v1/segment';
import type { SegmentContext } from '../context.ts';
import { findSegmentOrRefuse } from '../segments/find-segment-or-refuse.ts';
import { describeSegment } from '../segments/segment-message.ts';

export async function getSegment(context: SegmentContext, request: GetSegmentRequest): Promise<Segment> {
  const scope = environmentScope();
  return context.database.inTenant(scope.organisationId, async (tx) =>
    describeSegment(tx, await findSegmentOrRefuse(tx, scope, request.key)),
  );
}
