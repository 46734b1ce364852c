import type { Condition } from '@stitchd/core';
import { findReferenceCycle } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { existingSegments } from '@stitchd/db/segment';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import { conditionReferences } from './condition-references.ts';
import { refuseInvalid } from './refuse-invalid.ts';

/**
 * The segments that a condition names must exist, and nothing it names may lead back to the segment. Asked under the
 * environment's lock.
 * @throws VALIDATION_FAILED naming what does not exist, SEGMENT_CYCLE naming the way round
 */
export async function refuseBrokenReferences(
  tx: Tx,
  { environmentId }: EnvironmentScope,
  segmentKey: string,
  condition: Condition,
): Promise<void> {
  const references = conditionReferences(condition, '/when');
  const named = references.filter(({ kind }) => kind === 'segment');
  const known = await existingSegments(tx, environmentId, [...new Set(named.map(({ key }) => key))]);
  refuseInvalid(
    named
      .filter(({ key }) => !known.has(key))
      .map(({ key, path }) => ({ path, message: `is no segment of this environment: ${key}` })),
  );
  const cycle = await findReferenceCycle(tx, environmentId, { kind: 'segment', key: segmentKey }, references);
  if (cycle === undefined) return;
  const way = cycle.map(({ kind, key }) => (kind === 'segment' ? key : `${kind} ${key}`)).join(' → ');
  const [, next] = cycle;
  const place = references.find(({ kind, key }) => kind === next?.kind && key === next.key);
  throw problem('SEGMENT_CYCLE', `The segment would need itself: ${way}.`, {
    errors: [{ path: place?.path ?? '/when', message: `leads back to the segment: ${way}` }],
  });
}
