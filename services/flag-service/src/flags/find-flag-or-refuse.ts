import { isKey } from '@stitchd/core';
import { findFlag, type FlagRow } from '@stitchd/db/flag';
import type { Tx } from '@stitchd/db/postgres';
import { problem } from '@stitchd/service-kit';

/** @throws NOT_FOUND */
export async function findFlagOrRefuse(
  tx: Tx,
  projectId: string,
  key: string,
  options: { readonly lock?: boolean } = {},
): Promise<FlagRow> {
  const flag = isKey(key) ? await findFlag(tx, projectId, key, options) : undefined;
  if (flag === undefined) throw problem('NOT_FOUND', `There is no flag ${JSON.stringify(key)} in this project.`);
  return flag;
}
