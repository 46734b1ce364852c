import { isKey } from '@stitchd/core';
import { findSegment, type SegmentRow } from '@stitchd/db/segment';
import type { Tx } from '@stitchd/db/postgres';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';

/** @throws NOT_FOUND */
export async function findSegmentOrRefuse(
  tx: Tx,
  scope: EnvironmentScope,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<SegmentRow> {
  const segment = isKey(key) ? await findSegment(tx, scope.environmentId, key, options) : undefined;
  if (segment === undefined) throw problem('NOT_FOUND', `There is no segment ${JSON.stringify(key)} in this environment.`);
  return segment;
}

/** @throws NOT_FOUND, INVALID_STATE where it is a rule segment */
export async function findListOrRefuse(
  tx: Tx,
  scope: EnvironmentScope,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<SegmentRow> {
  const segment = await findSegmentOrRefuse(tx, scope, key, options);
  if (segment.type !== 'list') throw problem('INVALID_STATE', `The segment ${key} is a rule and holds no keys.`);
  return segment;
}
