import { findHoldout, type HoldoutRow } from '@stitchd/db/experiment';
import type { Tx } from '@stitchd/db/postgres';
import type { Holdout } from '@stitchd/proto/experiment/v1/holdouts';
import { problem, requireVersion } from '@stitchd/service-kit';
import { describeHoldout, holdoutJson } from './holdout-message.ts';

/** @throws NOT_FOUND */
export async function findHoldoutOrRefuse(
  tx: Tx,
  environmentId: string,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<HoldoutRow> {
  const row = await findHoldout(tx, { environmentId, key }, options);
  if (row === undefined) throw problem('NOT_FOUND', `There is no holdout "${key}" in this environment.`);
  return row;
}

/** A holdout that this transaction may change, as it is now. @throws NOT_FOUND, VERSION_MISMATCH */
export async function lockHoldout(
  tx: Tx,
  environmentId: string,
  request: { readonly key: string; readonly ifVersion: number },
): Promise<{ readonly row: HoldoutRow; readonly message: Holdout }> {
  const row = await findHoldoutOrRefuse(tx, environmentId, request.key, { lock: true });
  const message = await describeHoldout(tx, row);
  requireVersion(request.ifVersion, row, holdoutJson(message));
  return { row, message };
}
