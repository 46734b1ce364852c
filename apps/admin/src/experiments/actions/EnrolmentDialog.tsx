import { NumberInput } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useState } from 'react';
import { api } from '../../api/api.ts';
import { milliPercentPerPercent } from '../../parts/milli-percent.ts';
import { shareText, percentSuffix } from '../../parts/numbers.ts';
import { ActionDialog } from './ActionDialog.tsx';
import { raisedTo } from './enrolment.ts';
import { useExperimentAction } from './use-experiment-action.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly opened: boolean;
  readonly onClose: () => void;
}

/** Lets more people take part; those who do keep their variant, so no new period is needed. */
export function EnrolmentDialog({ experiment, opened, onClose }: Props) {
  const now = experiment.enrolmentMilliPercent / milliPercentPerPercent;
  const [percent, setPercent] = useState<number | string>(Math.min(100, now * 2));
  const milliPercent = raisedTo(percent, experiment.enrolmentMilliPercent);
  const action = useExperimentAction(
    experiment,
    (params, raised: number) =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/enrolment', {
          params,
          body: { milliPercent: raised },
        }),
      ),
    onClose,
  );
  return (
    <ActionDialog
      opened={opened}
      onClose={onClose}
      title="Let more people take part?"
      confirmLabel="Raise it"
      action={action}
      input={milliPercent ?? experiment.enrolmentMilliPercent}
      isIncomplete={milliPercent === null}
      seen={experiment}
      sentences={[
        `Now ${shareText(now / 100)} of those whom the split reaches take part. It can only be raised: whoever takes part stays.`,
        'Nobody’s variant changes, and the arms keep their ratio, so the results go on as they are.',
      ]}
    >
      <NumberInput
        label="Who takes part, in per cent"
        min={now}
        max={100}
        clampBehavior="none"
        decimalScale={3}
        suffix={percentSuffix}
        value={percent}
        onChange={setPercent}
        error={milliPercent === null && `More than ${shareText(now / 100)}, and ${shareText(1)} at most`}
        data-autofocus
      />
    </ActionDialog>
  );
}
