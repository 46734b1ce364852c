import type { Schemas } from '@stitchd/rest-client';
import { shareText } from './numbers.ts';

type Experiment = Schemas['Experiment'];

const wholeShare = 100_000;

/** What starting an experiment will do. */
export function startSentences({ flagKey, assignment, arms, unitKind }: Experiment): readonly string[] {
  const shares = arms
    .map(({ variant, expectedMilliPercent }) => `${variant} ${shareText(expectedMilliPercent / wholeShare)}`)
    .join(', ');
  if (assignment === 'recorded')
    return [
      `What flag ${flagKey} serves stays as it is: its arms were assigned elsewhere.`,
      `Each ${unitKind} counts for the variant that it was exposed to; expected are ${shares}.`,
    ];
  return [
    `From now on each ${unitKind} that reads flag ${flagKey} takes part: ${shares}. What they are served does not change.`,
    'Leave the shares of the split as they are until you stop it: the results expect those of the start.',
  ];
}

/** What stopping it will do. */
export function stopSentences({ flagKey, assignment }: Experiment): readonly string[] {
  const served =
    assignment === 'recorded'
      ? `Nothing changes in what flag ${flagKey} serves.`
      : `Everybody keeps the variant of flag ${flagKey} that they have now; no variant wins by stopping.`;
  return [served, 'Exposures from then on no longer count. Recompute the results afterwards to have all of them up to the end.'];
}
