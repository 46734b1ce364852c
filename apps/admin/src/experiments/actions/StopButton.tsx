import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerStop } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { api } from '../../api/api.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { stopSentences } from './state-sentences.ts';
import { useExperimentAction } from './use-experiment-action.ts';

/** Ends the iteration, after saying what that will do. */
export function StopButton({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const [asking, { open, close }] = useDisclosure();
  const action = useExperimentAction(
    experiment,
    (params) =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/stop', {
          params,
          body: { serve: { keep: true } },
        }),
      ),
    close,
  );
  return (
    <>
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={open}>
        Stop
      </Button>
      <ActionDialog
        opened={asking}
        onClose={close}
        title={`Stop ${experiment.name}?`}
        confirmLabel="Stop the experiment"
        isDestructive
        action={action}
        input={undefined}
        seen={experiment}
        sentences={stopSentences(experiment)}
      />
    </>
  );
}
