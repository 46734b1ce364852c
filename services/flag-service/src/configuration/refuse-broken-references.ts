import type { FlagConfiguration, ValidationError } from '@stitchd/core';
import { flagsByKey, type FlagRow } from '@stitchd/db/flag';
import { findReferenceCycle, publishedBodies } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem } from '@stitchd/service-kit';
import { refuseInvalid } from '../flags/read-fields.ts';
import { namedReferences, type NamedReference } from './named-references.ts';

/**
 * What a configuration names must exist in its environment, and must not lead back to the flag. Asked under the environment's
 * lock.
 * @throws VALIDATION_FAILED naming what does not exist, PREREQUISITE_CYCLE naming the way round
 */
export async function refuseBrokenReferences(
  tx: Tx,
  flag: FlagRow,
  environmentId: string,
  configuration: FlagConfiguration,
): Promise<void> {
  const references = namedReferences(configuration);
  if (references.length === 0) return;
  const errors = [
    ...(await unknownFlags(tx, flag.project_id, references)),
    ...(await unpublished(tx, environmentId, 'segment', references)),
    ...(await unpublished(tx, environmentId, 'holdout', references)),
  ];
  refuseInvalid(errors, {});
  const cycle = await findReferenceCycle(tx, environmentId, { kind: 'flag', key: flag.key }, references);
  if (cycle === undefined) return;
  const way = cycle.map(({ kind, key }) => (kind === 'flag' ? key : `${kind} ${key}`)).join(' → ');
  const [, next] = cycle;
  const place = references.find(({ kind, key }) => kind === next?.kind && key === next.key);
  throw problem('PREREQUISITE_CYCLE', `The flag would need itself: ${way}.`, {
    errors: [{ path: place?.path ?? '', message: `leads back to the flag: ${way}` }],
  });
}

async function unknownFlags(
  tx: Tx,
  projectId: string,
  references: readonly NamedReference[],
): Promise<readonly ValidationError[]> {
  const named = references.filter((reference) => reference.kind === 'flag');
  const flags = new Map((await flagsByKey(tx, projectId, distinct(named))).map((flag) => [flag.key, flag]));
  return named.flatMap(({ key, variants, path }) => {
    const flag = flags.get(key);
    if (flag === undefined) return [{ path: `${path}/flag`, message: `is no flag of this project: ${key}` }];
    return variants.flatMap((variant, index) =>
      flag.variants.some((one) => one.key === variant)
        ? []
        : [{ path: `${path}/variants/${index}`, message: `is no variant of the flag ${key}: ${variant}` }],
    );
  });
}

async function unpublished(
  tx: Tx,
  environmentId: string,
  kind: 'segment' | 'holdout',
  references: readonly NamedReference[],
): Promise<readonly ValidationError[]> {
  const named = references.filter((reference) => reference.kind === kind);
  const known = new Set((await publishedBodies(tx, environmentId, kind, distinct(named))).map(({ key }) => key));
  return named
    .filter(({ key }) => !known.has(key))
    .map(({ key, path }) => ({ path, message: `is no ${kind} of this environment: ${key}` }));
}

function distinct(references: readonly NamedReference[]): readonly string[] {
  return [...new Set(references.map(({ key }) => key))];
}
