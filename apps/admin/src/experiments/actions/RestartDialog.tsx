import { Checkbox } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { restartSentences } from './state-sentences.ts';
import { useExperimentAction } from './use-experiment-action.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Begins the next iteration, with everybody drawn anew unless somebody asks otherwise. */
export function RestartDialog({ experiment, opened, onClose }: Props) {
  const [isRerandomised, setRerandomised] = useState(true);
  const action = useExperimentAction(
    experiment,
    (params, rerandomise: boolean) =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/restart', {
          params,
          body: { rerandomise },
        }),
      ),
    onClose,
  );
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title={`Restart ${experiment.name}?`}
      confirmLabel="Restart the experiment"
      action={action}
      input={isRerandomised}
      seen={experiment}
      sentences={restartSentences(experiment, isRerandomised)}
    >
      <Checkbox
        label="Give everybody a variant anew"
        description="Without it the people of the last iteration bring along what they saw."
        checked={isRerandomised}
        onChange={(event) => setRerandomised(event.currentTarget.checked)}
      />
    </ActionDialog>
  );
}
