import { chiSquareSurvival } from '../special-functions/chi-square.ts';
import { expectedSplit, type ArmCount } from './arm-count.ts';

/** What the test of the arms' sizes comes to. */
export type SampleRatioOutcome =
  | {
      readonly kind: 'ok';
      /** Σ (units − expected)²/expected over the arms with weight. */
      readonly statistic: number;
      /** Arms with weight, less one. */
      readonly degreesOfFreedom: number;
      readonly pValue: number;
      /** Per arm, in the order given; 0 where the weight is 0. */
      readonly expectedUnits: readonly number[];
      /** Units in arms with weight 0. They can't be there by chance and aren't part of the p-value: any is a fault. */
      readonly unexpectedUnits: number;
    }
  | {
      readonly kind: 'not-computable';
      readonly reason: 'fewer-than-two-arms' | 'no-units';
      readonly unexpectedUnits: number;
    };

/**
 * Pearson's chi-square test that the arms' sizes fit the split, for one look at the end of an experiment.
 *
 * Looked at repeatedly it raises far more false alarms than its level says: use `sampleRatioEvidence` then. The approximation
 * wants about 5 expected units in each arm.
 *
 * χ² = Σ(n − E)²/E with one degree of freedom less than there are arms of positive weight (K. Pearson 1900). It assumes units
 * that are assigned independently.
 *
 * @throws DomainError for counts that aren't whole numbers ≥ 0 and for negative or infinite weights.
 */
export function sampleRatioTest(counts: readonly ArmCount[]): SampleRatioOutcome {
  const { arms, units, unexpectedUnits } = expectedSplit('sampleRatioTest', counts);
  if (arms.length < 2) return { kind: 'not-computable', reason: 'fewer-than-two-arms', unexpectedUnits };
  if (units === 0) return { kind: 'not-computable', reason: 'no-units', unexpectedUnits };
  const statistic = arms.reduce((sum, arm) => sum + (arm.units - units * arm.share) ** 2 / (units * arm.share), 0);
  const degreesOfFreedom = arms.length - 1;
  const expectedUnits = counts.map((_, index) => units * (arms.find((arm) => arm.index === index)?.share ?? 0));
  const pValue = Math.max(Number.MIN_VALUE, chiSquareSurvival(statistic, degreesOfFreedom));
  return { kind: 'ok', statistic, degreesOfFreedom, pValue, expectedUnits, unexpectedUnits };
}
