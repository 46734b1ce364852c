import type { Moments } from '../moments/moments.ts';
import { hasFewConversions } from './few-conversions.ts';
import { fewConversionsBelow, fewUnitsBelow, unitsPerSquaredSkewness } from './limits.ts';
import type { AnalysisWarning, MetricKind } from './metric-analysis.ts';

interface WarnedArm {
  readonly key: string;
  readonly moments: Moments;
  readonly skewness?: number;
}

/** All that a reader of this comparison has to know, gravest first. */
export function comparisonWarnings(pair: {
  readonly baseline: WarnedArm;
  readonly treatment: WarnedArm;
  readonly metricKind: MetricKind;
  readonly comparisons: number;
}): readonly AnalysisWarning[] {
  const arms = [pair.baseline, pair.treatment];
  const keysOf = (concerns: (arm: WarnedArm) => boolean): readonly string[] => arms.filter(concerns).map(({ key }) => key);
  const warnings: AnalysisWarning[] = [];

  const few = keysOf(({ moments }) => moments.n < fewUnitsBelow);
  if (few.length > 0) warnings.push({ kind: 'too-few-units', armKeys: few, atLeast: fewUnitsBelow });

  const rare = pair.metricKind === 'conversion' ? keysOf(({ moments }) => hasFewConversions(moments)) : [];
  if (rare.length > 0) warnings.push({ kind: 'few-conversions', armKeys: rare, atLeast: fewConversionsBelow });

  const skewed = keysOf(({ moments, skewness }) => moments.n < unitsNeeded(skewness));
  const atLeast = Math.ceil(Math.max(...arms.map(({ skewness }) => unitsNeeded(skewness))));
  if (skewed.length > 0) warnings.push({ kind: 'heavy-tail', armKeys: skewed, atLeast });

  const constant = keysOf(({ moments }) => moments.n >= 2 && moments.m2 === 0);
  if (constant.length === 1) warnings.push({ kind: 'no-variance-in-one-arm', armKeys: constant });

  if (pair.comparisons > 1) warnings.push({ kind: 'several-comparisons', comparisons: pair.comparisons });
  return warnings;
}

/** 0 where the skewness is unknown, as it is of constant values. */
function unitsNeeded(skewness: number | undefined): number {
  return skewness !== undefined && Number.isFinite(skewness) ? unitsPerSquaredSkewness * skewness * skewness : 0;
}
