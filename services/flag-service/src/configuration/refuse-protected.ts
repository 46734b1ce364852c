import { isDeepStrictEqual } from 'node:util';
import type { BindingRow, ConfigurationDocument } from '@stitchd/db/flag';
import { problem } from '@stitchd/service-kit';
import { placedSplits, type PlacedSplit } from './placed-splits.ts';

/**
 * While an experiment runs on a split, what places units in it stays: the rule it is in, unit, salts, ranges, layer, holdouts.
 * @throws SPLIT_PROTECTED naming each such split and its iteration
 */
export function refuseProtected(
  before: ConfigurationDocument,
  after: ConfigurationDocument,
  running: readonly BindingRow[],
): void {
  const [was, is] = [placedSplits(before), placedSplits(after)];
  const errors = running
    .filter(({ recorded }) => !recorded)
    .flatMap(({ split_id: splitId, iteration_id: iterationId }) => {
      const old = was.find(({ split }) => split.id === splitId);
      const now = is.find(({ split }) => split.id === splitId);
      if (old === undefined || (now !== undefined && isDeepStrictEqual(protectedParts(old), protectedParts(now)))) return [];
      return [
        {
          path: now?.path ?? old.path,
          message: `is under the running iteration ${iterationId}; stop the experiment to change it`,
        },
      ];
    });
  if (errors.length > 0)
    throw problem('SPLIT_PROTECTED', errors.map(({ path, message }) => `${path} ${message}`).join('; '), { errors });
}

function protectedParts({ ruleId, split }: PlacedSplit) {
  const { contextKind, attribute, salt, ranges, enrol, sticky, layer, holdouts = [] } = split;
  return { ruleId, contextKind, attribute, salt, ranges, enrol, sticky, layer, holdouts };
}
