import { brokenLogEvidence, evidenceOfPeriods, type ArmCount, type HealthFigures } from '@stitchd/statistics';
import type { HealthCheck } from '../../results/health-check.ts';
import type { AnalysisInputs } from '../analysis-inputs.ts';
import { evidenceOf, finding, luckText, unexposedText } from './findings.ts';
import { playedPeriods } from './played-periods.ts';

export interface TriggerHealth {
  readonly check: HealthCheck;
  /** Undefined where all units were first seen in one way: the sample ratio says it all. */
  readonly triggerRate: HealthFigures['triggerRate'];
  /** To be remembered; null where nothing was found out. */
  readonly triggerEvidence: number | null;
}

/**
 * Whether the arms were triggered alike. Exposures are the triggers, and units that never came to the flag are in no arm: with one
 * way to be exposed, the sample ratio is the test of the trigger rate. Where deliveries expose beside reads, units of the same arm
 * are triggered in two ways, and each of them has to fit the split: sizes that fit in sum can hide reads that one arm loses.
 */
export function triggerHealth(inputs: AnalysisInputs): TriggerHealth {
  const ways = [
    { name: 'read', of: countsOf(inputs, 'reads') },
    { name: 'delivery', of: countsOf(inputs, 'deliveries') },
  ].filter(({ of }) => of.flat().some(({ units }) => units > 0));
  if (ways.length < 2)
    return {
      check:
        ways[0] === undefined
          ? finding('trigger-rate', 'waiting', unexposedText(inputs.settings))
          : finding(
              'trigger-rate',
              'ok',
              `Every unit was first seen by a ${ways[0].name}, so that the sample ratio compares how often the arms were triggered.`,
            ),
      triggerRate: undefined,
      triggerEvidence: null,
    };
  const now = evidenceOfPeriods(ways.flatMap(({ of }) => of)).logEvidence;
  const logEvidence = Math.max(now, inputs.past.evidence?.triggerRate ?? now);
  const figures = [
    { label: 'Evidence against the split of both (E)', value: evidenceOf(logEvidence) },
    ...ways.flatMap(({ name, of }) =>
      inputs.plan.arms.map(({ variant }, arm) => ({
        label: `${variant}: units first seen by a ${name}`,
        value: of.reduce((sum, period) => sum + (period[arm]?.units ?? 0), 0),
      })),
    ),
  ];
  const check =
    logEvidence <= brokenLogEvidence
      ? finding('trigger-rate', 'ok', 'Reads and deliveries each fit the split.', { figures })
      : finding(
          'trigger-rate',
          'broken',
          `Units that were first seen by a read, and those that were first seen by a delivery, do not both fit the split; the chance of that by luck is ${luckText(logEvidence)}. One arm comes to the flag in another way than the others, so that who is compared differs.`,
          {
            remedy:
              'Do not use these results. Look for what loses or delays reads in one arm only, such as a page that fails or reloads before it reads its values. Mend it, then restart with a new iteration.',
            figures,
          },
        );
  return { check, triggerRate: { logEvidence }, triggerEvidence: logEvidence };
}

function countsOf(inputs: AnalysisInputs, way: 'reads' | 'deliveries'): readonly (readonly ArmCount[])[] {
  return playedPeriods(inputs).map(({ number, weights }) =>
    weights.map((weight, arm) => ({
      units: inputs.figures.firstSeen.find((each) => each.period === number && each.arm === arm)?.[way] ?? 0,
      weight,
    })),
  );
}
