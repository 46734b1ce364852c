import { Checkbox, Stack, Text } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { checklistQuery, iterationsQuery } from '../../api/queries.ts';
import { FlagLink } from '../../parts/links.tsx';
import { Loaded } from '../../parts/Loaded.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { ChecklistItem } from '../ChecklistItem.tsx';
import { ActionDialog } from './ActionDialog.tsx';
import { servedAfterText } from './stop-choices.ts';
import { restartSentences } from './state-sentences.ts';
import { useExperimentAction } from './use-experiment-action.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly onClose: () => void;
}

/** Begins the next iteration, with everybody drawn anew unless somebody asks otherwise; what is in the way is said before. */
export function RestartDialog({ experiment, onClose }: Props) {
  const [isRerandomised, setRerandomised] = useState(true);
  const checklist = useQuery({ ...checklistQuery(useScope(), experiment.key), staleTime: 0 });
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
      opened
      onClose={onClose}
      title={`Restart ${experiment.name}?`}
      confirmLabel="Restart the experiment"
      action={action}
      input={isRerandomised}
      isIncomplete={checklist.data?.mayStart === false}
      seen={experiment}
      sentences={restartSentences(experiment, isRerandomised)}
    >
      <Loaded query={checklist}>
        {({ items, mayStart }) => !mayStart && <InTheWay experiment={experiment} items={items} />}
      </Loaded>
      <Checkbox
        label="Give everybody a variant anew"
        description="Without it the people of the last iteration bring along what they saw."
        checked={isRerandomised}
        onChange={(event) => setRerandomised(event.currentTarget.checked)}
      />
    </ActionDialog>
  );
}

interface InTheWayProps {
  readonly experiment: Schemas['Experiment'];
  readonly items: Schemas['StartChecklist']['items'];
}

/** Most often the last stop: where it served one variant to everybody, the flag has no split any more. */
function InTheWay({ experiment: { key, flagKey, iterationNumber }, items }: InTheWayProps) {
  const iterations = useQuery(iterationsQuery(useScope(), key));
  const served = iterations.data?.find(({ number }) => number === iterationNumber)?.servedAfter;
  return (
    <Stack gap="sm" role="alert">
      <Text size="sm" fw={600}>
        It can’t restart before this is mended:
      </Text>
      {served?.kind === 'variant' && (
        <Text size="sm">
          When it was stopped, <FlagLink flag={flagKey} /> was set to serve {servedAfterText(served)}.
        </Text>
      )}
      {items
        .filter(({ status }) => status === 'blocks')
        .map((item) => (
          <ChecklistItem key={item.check} item={item} />
        ))}
    </Stack>
  );
}
