import { Progress, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { shareText } from '../../parts/numbers.ts';
import { currentResult } from './current-result.ts';

interface Props {
  readonly experiment: Schemas['ListedExperiment'];
}

/** The decision, in a few words. */
export function Headline({ experiment: { iterationNumber, headline } }: Props) {
  if (iterationNumber === 0) return <Text size="sm">Start it when it is ready</Text>;
  const result = currentResult({ iterationNumber, headline });
  const awaited = headline?.result === undefined ? '–' : `Iteration ${iterationNumber} has no results yet`;
  return (
    <>
      <Text size="sm" fw={600}>
        {result?.headline ?? awaited}
      </Text>
      {headline !== undefined && headline.failure !== '' && <Text size="xs">the last computation failed</Text>}
    </>
  );
}

/** How much of its plan has matured. */
export function PlanShare({ experiment }: Props) {
  const share = currentResult(experiment)?.share;
  if (share === undefined) return <>–</>;
  const words = shareText(Math.floor(share * 100) / 100);
  return (
    <>
      <Text size="xs">{words}</Text>
      <Progress value={share * 100} aria-label={`${words} of the plan`} />
    </>
  );
}
