import { create } from '@bufbuild/protobuf';
import { isStorableText } from '@stitchd/db/postgres';
import { checkMemberships } from '@stitchd/db/segment';
import {
  CheckMembershipResponseSchema,
  type CheckMembershipRequest,
  type CheckMembershipResponse,
} from '@stitchd/proto/segment/v1/segment';
import { problem, environmentScope } from '@stitchd/service-kit';
import type { SegmentContext } from '../context.ts';
import { maxMembershipQuestions } from '../limits.ts';

/** Which of these lists hold these keys, as the store knows it at this moment; answers in the order of the questions. */
export async function checkMembership(
  context: SegmentContext,
  request: CheckMembershipRequest,
): Promise<CheckMembershipResponse> {
  const scope = environmentScope();
  const { questions } = request;
  if (questions.length > maxMembershipQuestions)
    throw problem('VALIDATION_FAILED', `At most ${maxMembershipQuestions} questions at once; there are ${questions.length}.`, {
      errors: [{ path: '/questions', message: `must have at most ${maxMembershipQuestions} items` }],
    });
  const asked = questions.map(({ segmentKey, contextKey }) => ({
    segmentKey: storable(segmentKey),
    contextKey: storable(contextKey),
  }));
  const outcomes = await context.database.inTenant(scope.organisationId, (tx) =>
    checkMemberships(tx, scope.environmentId, asked),
  );
  return create(CheckMembershipResponseSchema, {
    answers: questions.map(({ segmentKey, contextKey }, index) => ({ segmentKey, contextKey, outcome: outcomes[index] ?? '' })),
  });
}

/** No list and no key is empty: what the store can't hold is asked for as what it never has. */
function storable(text: string): string {
  return isStorableText(text) ? text : '';
}
