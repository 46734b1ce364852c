import type { Schemas } from '@stitchd/rest-client';
import { shareText } from '../../parts/numbers.ts';
import { wholeMilliPercent } from '../../parts/milli-percent.ts';

type Experiment = Schemas['Experiment'];

/** What starting an experiment will do. */
export function startSentences({ flagKey, assignment, arms, unitKind }: Experiment): readonly string[] {
  const shares = arms
    .map(({ variant, expectedMilliPercent }) => `${variant} ${shareText(expectedMilliPercent / wholeMilliPercent)}`)
    .join(', ');
  if (assignment === 'recorded')
    return [
      `What flag ${flagKey} serves stays as it is: its arms were assigned elsewhere.`,
      `Each ${unitKind} counts for the variant that it was exposed to; expected are ${shares}.`,
    ];
  return [
    `From now on each ${unitKind} that reads flag ${flagKey} takes part: ${shares || 'by the shares of its split'}. What they are served does not change.`,
    'The plan, the metrics with their versions and the settings are frozen. While it runs, the split is protected; the flag can be switched off at any time.',
  ];
}

export function pauseSentences({ flagKey, unitKind }: Experiment): readonly string[] {
  return [
    `Everybody keeps the variant of flag ${flagKey} that they have.`,
    `Each ${unitKind} that is first exposed during the pause stays out of the analysis for good; those that take part already go on counting.`,
  ];
}

export function resumeSentences({ unitKind }: Experiment): readonly string[] {
  return [`Each ${unitKind} that is exposed for the first time takes part again, as a new period of this iteration.`];
}

export function restartSentences({ iterationNumber, flagKey }: Experiment, isRerandomised: boolean): readonly string[] {
  return [
    `Iteration ${iterationNumber + 1} begins with a new plan, and with nobody in it. Iteration ${iterationNumber} and how it ended stay on this page.`,
    isRerandomised
      ? `Everybody is given a variant of flag ${flagKey} anew: some people see another one than before.`
      : `Everybody keeps the variant of flag ${flagKey} that they have. What they saw before may carry over into the new results.`,
  ];
}

export function archiveSentence(isArchived: boolean): string {
  return isArchived ? 'It is listed again.' : 'It leaves the list. Its results and its history stay, and it can be brought back.';
}
