import type { Condition, FlagConfiguration } from '@stitchd/core';
import type { FlagRow, StoredVariant } from '@stitchd/db/flag';
import { publishedBodies, referrersOf, type Referent } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db/postgres';
import { problem } from '@stitchd/service-kit';
import { effectiveConfiguration } from '../configuration/effective-configuration.ts';
import { placedSplits } from '../configuration/placed-splits.ts';
import type { FlagEverywhere } from './change-project-flag.ts';
import { alteredVariants, removedVariants, requiredVariants, servedVariants } from './variant-use.ts';

/**
 * Variants that somebody still names stay, and those of a running experiment keep their values.
 * @throws SPLIT_PROTECTED, or IN_USE naming environments and who uses the variants there
 */
export async function refuseUsedVariants(
  tx: Tx,
  flag: FlagRow,
  variants: readonly StoredVariant[],
  everywhere: FlagEverywhere,
): Promise<void> {
  refuseProtected(flag, variants, everywhere);
  const removed = removedVariants(flag.variants, variants);
  if (removed.length === 0) return;
  const errors = [...servedHere(flag, removed, everywhere), ...(await requiredElsewhere(tx, flag, removed, everywhere))];
  if (errors.length > 0) throw problem('IN_USE', errors.map(({ message }) => message).join('; '), { errors });
}

interface Use {
  readonly path: string;
  readonly message: string;
}

function documentIn(flag: FlagRow, environmentId: string, { configurations }: FlagEverywhere) {
  const row = configurations.find((one) => one.environment_id === environmentId);
  return effectiveConfiguration(flag, row).document;
}

function refuseProtected(flag: FlagRow, variants: readonly StoredVariant[], everywhere: FlagEverywhere): void {
  const altered = alteredVariants(flag.variants, variants);
  for (const { split_id: splitId, environment_id: environmentId, recorded } of everywhere.running) {
    if (recorded) continue;
    const { split } = placedSplits(documentIn(flag, environmentId, everywhere)).find((one) => one.split.id === splitId) ?? {};
    const touched = altered.filter(
      (key) => split?.ranges.some(({ variant }) => variant === key) || split?.enrol?.otherwise === key,
    );
    if (touched.length > 0)
      throw problem(
        'SPLIT_PROTECTED',
        `A running experiment in environment ${environmentId} compares ${touched.join(', ')}; stop it before these variants change.`,
      );
  }
}

function servedHere(flag: FlagRow, removed: readonly string[], everywhere: FlagEverywhere): readonly Use[] {
  return everywhere.environmentIds.flatMap((environmentId) => {
    const served = servedVariants(documentIn(flag, environmentId, everywhere));
    const kept = removed.filter((key) => served.has(key));
    return kept.map((key) => ({ path: '/variants', message: `variant ${key} is served in environment ${environmentId}` }));
  });
}

async function requiredElsewhere(
  tx: Tx,
  flag: FlagRow,
  removed: readonly string[],
  { environmentIds }: FlagEverywhere,
): Promise<readonly Use[]> {
  const uses: Use[] = [];
  for (const environmentId of environmentIds) {
    const referrers = await referrersOf(tx, environmentId, { kind: 'flag', key: flag.key });
    for (const kind of ['flag', 'segment']) {
      const keys = referrers.filter((referrer) => referrer.kind === kind).map(({ key }) => key);
      for (const { key, body } of await publishedBodies(tx, environmentId, kind, keys))
        uses.push(...usesIn({ kind, key }, body, flag.key, removed, environmentId));
    }
  }
  return uses;
}

function usesIn(
  referrer: Referent,
  body: string,
  flagKey: string,
  removed: readonly string[],
  environmentId: string,
): readonly Use[] {
  // Bodies are ours: flags and segments as they were checked when they were written.
  const definition = JSON.parse(body) as Partial<FlagConfiguration> & { readonly when?: Condition };
  const required = requiredVariants(definition, flagKey);
  return removed
    .filter((key) => required.has(key))
    .map((key) => ({
      path: '/variants',
      message: `variant ${key} is required by ${referrer.kind} ${referrer.key} in environment ${environmentId}`,
    }));
}
