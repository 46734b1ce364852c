import { percentSuffix, shareText } from '../../parts/numbers.ts';
import { Text } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { BoundedNumberInput } from '../../parts/BoundedNumberInput.tsx';
import { ActionDialog } from './ActionDialog.tsx';
import { useExperimentAction } from './use-experiment-action.ts';
import { isWhole, weightsOf } from './weights.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Changes how often each arm is given out: a new period, so that arms are only ever compared within one. */
export function WeightsDialog({ experiment, opened, onClose }: Props) {
  const [percents, setPercents] = useState<readonly (number | string)[]>(
    experiment.arms.map(({ expectedMilliPercent }) => expectedMilliPercent / 1_000),
  );
  const arms = weightsOf(experiment.arms, percents);
  const isUnchanged = experiment.arms.every(
    ({ expectedMilliPercent }, index) => percents[index] === expectedMilliPercent / 1_000,
  );
  const action = useExperimentAction(
    experiment,
    (params, input: typeof arms) =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/weights', {
          params,
          body: { arms: [...input] },
        }),
      ),
    onClose,
  );
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Change the arms’ shares?"
      confirmLabel="Begin a new period"
      action={action}
      input={arms}
      isIncomplete={!isWhole(arms) || isUnchanged}
      seen={experiment}
      sentences={[
        'A new period begins. Units are compared within each period and then put together, so that days of other shares don’t mislead.',
        'Some people see another variant than before; who was counted already stays with the arm that they saw first.',
      ]}
    >
      {experiment.arms.map(({ variant }, index) => (
        <BoundedNumberInput
          key={variant}
          label={variant}
          min={0}
          max={100}
          decimalScale={3}
          suffix={percentSuffix}
          value={percents[index] ?? ''}
          onChange={(value) => setPercents(percents.with(index, value))}
        />
      ))}
      {!isWhole(arms) && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          Together they have to be {shareText(1)}.
        </Text>
      )}
    </ActionDialog>
  );
}
