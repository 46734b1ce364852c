import { updateHoldout, type HoldoutRow } from '@stitchd/db/experiment';
import type { Change } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import type { Holdout } from '@stitchd/proto/experiment/v1/holdouts';
import { describeHoldout } from './holdout-message.ts';
import { publishHoldoutChange } from './record-holdout-change.ts';

/**
 * Ends a running holdout that this transaction has locked. SDKs forget it, so that what named it as a cover covers nobody.
 * @param before - as it was
 */
export async function endHoldoutNow(
  tx: Tx,
  ctx: { readonly newId: () => string; readonly nowMs: () => number },
  author: Pick<Change, 'actor' | 'requestId'>,
  { row, message: before }: { readonly row: HoldoutRow; readonly message: Holdout },
): Promise<Holdout> {
  const ended = await updateHoldout(tx, row.id, { state: 'ended', ended_at: new Date(ctx.nowMs()) });
  const after = await describeHoldout(tx, ended);
  const where = {
    organisationId: row.organisation_id,
    projectId: row.project_id,
    environmentId: row.environment_id,
    ...author,
  };
  await publishHoldoutChange(tx, ctx.newId, where, {
    record: { action: 'holdout.end', before, after },
    publication: { remove: [{ kind: 'holdout', id: row.id }] },
  });
  return after;
}
