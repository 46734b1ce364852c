import { Progress, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { resultsQuery } from '../../api/queries.ts';
import { useScope } from '../../shell/use-scope.ts';
import { shareText } from '../numbers.ts';
import { computedOf } from '../results.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
}

function useResults({ key, iterationNumber }: Props['experiment']) {
  return computedOf(useQuery({ ...resultsQuery(useScope(), key), enabled: iterationNumber > 0 }).data);
}

/** The decision, in a few words. */
export function Headline({ experiment }: Props) {
  const results = useResults(experiment);
  if (experiment.iterationNumber === 0) return <Text size="sm">Start it when it is ready</Text>;
  return (
    <Text size="sm" fw={600}>
      {results?.decision.headline ?? '–'}
    </Text>
  );
}

/** How much of its plan has matured. */
export function PlanShare({ experiment }: Props) {
  const share = useResults(experiment)?.sequential.share;
  if (share === undefined || share === null) return <>–</>;
  const words = shareText(Math.floor(share * 100) / 100);
  return (
    <>
      <Text size="xs">{words}</Text>
      <Progress value={share * 100} aria-label={`${words} of the plan`} />
    </>
  );
}
