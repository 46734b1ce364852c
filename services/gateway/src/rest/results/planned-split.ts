import { bucketCount, splitAt, weightsOf, type FlagConfiguration } from '@stitchd/core';
import { Flags } from '@stitchd/proto/flag/v1/flag';
import { problem } from '@stitchd/service-kit';
import type { GatewayContext } from '../../context.ts';

/** What a plan or a replay takes over from a split. */
export interface PlannedSplit {
  readonly unitKind: string;
  /** The baseline first; 100,000 together. */
  readonly arms: readonly { readonly variant: string; readonly milliPercent: number }[];
  readonly enrolmentMilliPercent: number;
}

/** Which split: of the default where the rule is empty. */
export interface SplitPlace {
  readonly flagKey: string;
  readonly ruleId: string;
  /** Empty: the flag's off variant where it is one of the arms, else the first. */
  readonly baselineVariant: string;
}

/**
 * The split of a flag in the environment of the call, as it is now. flag-service knows it and stats-service the past: what people
 * may not read of the flag, they can't plan with.
 * @returns undefined where the flag serves no split there
 */
export async function findPlannedSplit(
  { flagKey, ruleId, baselineVariant }: SplitPlace,
  { call }: Pick<GatewayContext, 'call'>,
): Promise<PlannedSplit | undefined> {
  const { document } = await call(Flags.method.getConfiguration, { flagKey });
  const configuration = document as unknown as FlagConfiguration;
  const split = splitAt(configuration, ruleId);
  if (split === undefined) return undefined;
  const shares = wholeShares(weightsOf(split.ranges));
  const baseline = baselineVariant === '' ? configuration.offVariant : baselineVariant;
  const [first, others] = [shares.filter((arm) => arm.variant === baseline), shares.filter((arm) => arm.variant !== baseline)];
  const enrolled = split.enrol?.ranges.reduce((sum, { from, to }) => sum + to - from, 0);
  return { unitKind: split.contextKind, arms: [...first, ...others], enrolmentMilliPercent: enrolled ?? bucketCount };
}

/** @throws VALIDATION_FAILED where the flag serves no split there, or the baseline is none of its variants */
export async function requirePlannedSplit(place: SplitPlace, context: Pick<GatewayContext, 'call'>): Promise<PlannedSplit> {
  const refuse = (path: string, message: string): never => {
    throw problem('VALIDATION_FAILED', `The plan can not be made as asked for.`, { errors: [{ path, message }] });
  };
  const { flagKey, ruleId, baselineVariant } = place;
  const where = ruleId === '' ? 'where no rule fits' : `at the rule "${ruleId}"`;
  const split = await findPlannedSplit(place, context);
  if (split === undefined) return refuse('/split/ruleId', `the flag "${flagKey}" serves no split ${where}`);
  if (baselineVariant !== '' && split.arms[0]?.variant !== baselineVariant)
    return refuse('/split/baselineVariant', `must be one of ${split.arms.map(({ variant }) => variant).join(', ')}`);
  return split;
}

/** A split of a rule may leave buckets to what comes after it: of the units that it serves, the arms are the whole. */
function wholeShares(weights: Readonly<Record<string, number>>): PlannedSplit['arms'] {
  const served = Object.entries(weights).filter(([, weight]) => weight > 0);
  const whole = served.reduce((sum, [, weight]) => sum + weight, 0);
  let [seen, told] = [0, 0];
  return served.map(([variant, weight]) => {
    seen += weight;
    const milliPercent = Math.round((seen / whole) * bucketCount) - told;
    told += milliPercent;
    return { variant, milliPercent };
  });
}
