import { Radio, Stack, Textarea } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { stopPreviewQuery } from '../../api/queries.ts';
import { Loaded } from '../../parts/Loaded.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { keepChoice, movesSentence, serveOf, servedLabel } from './stop-choices.ts';
import { useExperimentAction } from './use-experiment-action.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly onClose: () => void;
}

/** Ends the iteration. Nothing is chosen beforehand: a stop by itself names no winner. */
export function StopDialog({ experiment, onClose }: Props) {
  const [choice, setChoice] = useState('');
  const [note, setNote] = useState('');
  const preview = useQuery(stopPreviewQuery(useScope(), experiment));
  const action = useExperimentAction(
    experiment,
    (params, body: Schemas['StopExperiment']) =>
      answered(api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/stop', { params, body })),
    onClose,
  );
  return (
    <ActionDialog
      opened
      onClose={onClose}
      title={`Stop ${experiment.name}?`}
      confirmLabel="Stop the experiment"
      isDestructive
      isIncomplete={choice === ''}
      action={action}
      input={{ serve: serveOf(choice), ...(note !== '' && { note }) }}
      seen={experiment}
      sentences={[
        `Nobody new takes part from then on. Late data counts until the grace period has ended; then the results are final.`,
      ]}
    >
      <Loaded query={preview}>
        {(items) => (
          <Radio.Group
            label={`What does flag ${experiment.flagKey} serve afterwards?`}
            value={choice}
            onChange={setChoice}
            required
          >
            <Stack gap="xs" mt="xs">
              {items.map((item) => (
                <Radio
                  key={`${item.serve.kind} ${item.serve.variant}`}
                  value={item.serve.kind === 'keep' ? keepChoice : item.serve.variant}
                  label={servedLabel(item)}
                  description={movesSentence(item)}
                />
              ))}
            </Stack>
          </Radio.Group>
        )}
      </Loaded>
      <Textarea
        label="Why"
        description="For those who read it later."
        autosize
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </ActionDialog>
  );
}
