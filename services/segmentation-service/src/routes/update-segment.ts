import type { Condition, ValidationError } from '@stitchd/core';
import { changeEnvironments, lockEnvironments } from '@stitchd/db/platform';
import { updateSegment as writeSegment, type SegmentChange, type SegmentRow } from '@stitchd/db/segment';
import type { Segment, UpdateSegmentRequest } from '@stitchd/proto/segment/v1/segment';
import { requireVersion, environmentScope } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { changeInCall } from '../change-in-call.ts';
import { checkTexts } from '../segments/check-texts.ts';
import { findSegmentOrRefuse } from '../segments/find-segment-or-refuse.ts';
import { readCondition } from '../segments/read-condition.ts';
import { refuseBrokenReferences } from '../segments/refuse-broken-references.ts';
import { refuseInvalid } from '../segments/refuse-invalid.ts';
import { refuseUnknownFlags } from '../segments/refuse-unknown-flags.ts';
import { rulePublication } from '../segments/rule-publication.ts';
import { describeSegment, segmentState } from '../segments/segment-message.ts';

/** Changes what was given of a segment and leaves the rest. */
export async function updateSegment(context: SegmentContext, request: UpdateSegmentRequest): Promise<Segment> {
  const scope = environmentScope();
  const errors: ValidationError[] = [];
  checkTexts(request, errors);
  const condition = request.when === undefined ? undefined : readCondition(request.when, errors);
  refuseInvalid(errors);
  if (condition !== undefined) await refuseUnknownFlags(context.reach, condition);
  return context.database.inTenant(scope.organisationId, async (tx) => {
    const before = await findSegmentOrRefuse(tx, scope, request.key, { lock: true });
    requireVersion(request.ifVersion, before, segmentState(before));
    if (condition !== undefined && before.type === 'list')
      refuseInvalid([{ path: '/when', message: 'belongs to rule segments only' }]);
    await lockEnvironments(tx, [scope.environmentId]);
    if (condition !== undefined) await refuseBrokenReferences(tx, scope, before.key, condition);
    const segment = await writeSegment(tx, before.id, changeOf(request, before, condition));
    const change = changeInCall(scope, {
      action: 'segment.update',
      resource: { kind: 'segment', id: segment.id, key: segment.key },
      before: segmentState(before),
      after: segmentState(segment),
    });
    // Of a list nothing that is published can change here.
    await changeEnvironments(tx, context.newId, [scope.environmentId], change, async () =>
      segment.type === 'rule' ? rulePublication(segment) : {},
    );
    return describeSegment(tx, segment);
  });
}

function changeOf(request: UpdateSegmentRequest, { key }: SegmentRow, condition: Condition | undefined): SegmentChange {
  const { name, description } = request;
  return {
    ...(name !== undefined && { name: name === '' ? key : name }),
    ...(description !== undefined && { description }),
    ...(condition !== undefined && { condition }),
  };
}
