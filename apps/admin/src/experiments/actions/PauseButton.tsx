import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { api } from '../../api/api.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { pauseSentences, resumeSentences } from './state-sentences.ts';
import { useExperimentAction, type ActionParams } from './use-experiment-action.ts';

/** Stops taking new units in without changing what anybody is served, and goes on. */
export function PauseButton({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const [asking, { open, close }] = useDisclosure();
  const isPaused = experiment.state === 'paused';
  const action = useExperimentAction(experiment, isPaused ? resume : pause, close);
  const verb = isPaused ? 'Resume' : 'Pause';
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return (
    <>
      <Button variant="default" leftSection={<Icon size={16} aria-hidden />} onClick={open}>
        {verb}
      </Button>
      <ActionDialog
        opened={asking}
        onClose={close}
        title={`${verb} ${experiment.name}?`}
        confirmLabel={`${verb} the experiment`}
        action={action}
        input={undefined}
        seen={experiment}
        sentences={isPaused ? resumeSentences(experiment) : pauseSentences(experiment)}
      />
    </>
  );
}

const pause = (params: ActionParams) =>
  answered(api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/pause', { params }));
const resume = (params: ActionParams) =>
  answered(api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/resume', { params }));
