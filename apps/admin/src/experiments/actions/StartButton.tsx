import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPlay } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { api } from '../../api/api.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { startSentences } from './state-sentences.ts';
import { useExperimentAction } from './use-experiment-action.ts';

/** Freezes the plan and lets people take part, after saying so. */
export function StartButton({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const [asking, { open, close }] = useDisclosure();
  const action = useExperimentAction(
    experiment,
    (params) =>
      answered(api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/start', { params })),
    close,
  );
  return (
    <>
      <Button leftSection={<IconPlayerPlay size={16} aria-hidden />} onClick={open}>
        Start
      </Button>
      <ActionDialog
        opened={asking}
        onClose={close}
        title={`Start ${experiment.name}?`}
        confirmLabel="Start the experiment"
        action={action}
        input={undefined}
        seen={experiment}
        sentences={startSentences(experiment)}
      />
    </>
  );
}
