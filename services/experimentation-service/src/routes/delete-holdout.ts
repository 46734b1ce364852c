import { create } from '@bufbuild/protobuf';
import { deleteHoldout as deleteRow } from '@stitchd/db/experiment';
import {
  DeleteHoldoutResponseSchema,
  type DeleteHoldoutRequest,
  type DeleteHoldoutResponse,
} from '@stitchd/proto/experiment/v1/holdouts';
import { currentAuthor, environmentScope, problem } from '@stitchd/service-kit';
import type { ExperimentationContext } from '../context.ts';
import { lockHoldout } from '../holdouts/find-holdout-or-refuse.ts';
import { recordHoldoutChange } from '../holdouts/record-holdout-change.ts';

/** Deletes a draft. What has run stays, with its key and its results. */
export async function deleteHoldout(ctx: ExperimentationContext, request: DeleteHoldoutRequest): Promise<DeleteHoldoutResponse> {
  const scope = environmentScope();
  return ctx.database.inTenant(scope.organisationId, async (tx) => {
    const { row, message: before } = await lockHoldout(tx, scope.environmentId, request);
    if (row.state !== 'draft') throw problem('INVALID_STATE', `Only a draft can be deleted; this holdout is ${row.state}.`);
    await deleteRow(tx, row.id);
    await recordHoldoutChange(tx, ctx.newId, { ...scope, ...currentAuthor() }, { action: 'holdout.delete', before });
    return create(DeleteHoldoutResponseSchema);
  });
}
