import type { Schemas } from '@stitchd/rest-client';
import { shareText } from '../numbers.ts';

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
    `From now on each ${unitKind} that reads flag ${flagKey} takes part: ${shares || 'by the shares of its split'}. What they are served does not change.`,
    'The plan, the metrics with their versions and the settings are frozen. While it runs, the split is protected; the flag can be switched off at any time.',
  ];
}

/** What stopping it will do. */
export function stopSentences({ flagKey, assignment }: Experiment): readonly string[] {
  const served =
    assignment === 'recorded'
      ? `Nothing changes in what flag ${flagKey} serves.`
      : `Everybody keeps the variant of flag ${flagKey} that they have now; no variant wins by stopping.`;
  return [served, 'Exposures from then on no longer count.'];
}
