import { sampleRatioEvidence, sampleRatioTest } from '@stitchd/statistics';
import { statsLimits } from '../limits.ts';
import type { SampleRatioResult } from '../results/one-look-results.ts';

/** Whether the arms' sizes fit their expected shares. */
export interface SampleRatio {
  readonly test: SampleRatioResult | null;
  /** Per arm, in the order given; null while no unit was exposed. */
  readonly expectedUnits: readonly (number | null)[];
}

export function sampleRatio(arms: readonly { readonly units: number; readonly expectedMilliPercent: number }[]): SampleRatio {
  const counts = arms.map(({ units, expectedMilliPercent }) => ({ units, weight: expectedMilliPercent }));
  const outcome = sampleRatioTest(counts);
  if (outcome.kind === 'not-computable') return { test: null, expectedUnits: arms.map(() => null) };
  const { logEvidence } = sampleRatioEvidence(counts);
  const isMismatch = logEvidence > Math.log(statsLimits.sampleRatioEvidence) || outcome.unexpectedUnits > 0;
  return {
    expectedUnits: outcome.expectedUnits,
    test: {
      chiSquare: outcome.statistic,
      degreesOfFreedom: outcome.degreesOfFreedom,
      pValue: outcome.pValue,
      eValue: Math.min(Math.exp(logEvidence), Number.MAX_VALUE),
      verdict: isMismatch ? 'mismatch' : 'ok',
    },
  };
}
