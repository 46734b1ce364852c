import { Group } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useCan } from '../../session/use-can.ts';
import { RecomputeButton } from './RecomputeButton.tsx';
import { StartButton } from './StartButton.tsx';
import { StopButton } from './StopButton.tsx';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly job: Schemas['Job'] | undefined;
}

/** What can be done with an experiment in its state, by those who may. */
export function ExperimentActions({ experiment, job }: Props) {
  const can = useCan();
  const { state, iterationNumber } = experiment;
  const isLive = state === 'running' || state === 'paused';
  return (
    <Group gap="xs" justify="flex-end">
      {iterationNumber > 0 && can('stats.recompute') && <RecomputeButton experiment={experiment.key} job={job} />}
      {can('experiment.write') && (
        <>
          {isLive && <StopButton experiment={experiment} />}
          {state === 'draft' && <StartButton experiment={experiment} />}
        </>
      )}
    </Group>
  );
}
