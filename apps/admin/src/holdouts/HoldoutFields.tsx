import { percentSuffix } from '../parts/numbers.ts';
import { MultiSelect, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { BoundedNumberInput } from '../parts/BoundedNumberInput.tsx';
import { metricsQuery } from '../api/queries.ts';
import { useScope } from '../shell/use-scope.ts';
import { milliPercentOf, percentText } from '../layers/percent-text.ts';
import type { HoldoutValues } from './holdout-values.ts';

interface Props {
  readonly form: UseFormReturnType<HoldoutValues>;
  readonly state: 'draft' | 'running' | 'ended';
}

const share = { low: 100, high: 20_000 } as const;

export function shareProblem(typed: string | number): string | null {
  const asked = milliPercentOf(typed) ?? 0;
  return asked >= share.low && asked <= share.high ? null : `From ${percentText(share.low)} to ${percentText(share.high)}`;
}

/** What decides a holdout; what is fixed by now is shown and can’t be changed. */
export function HoldoutFields({ form, state }: Props) {
  const { project } = useScope();
  const metrics = useQuery(metricsQuery(project));
  const isEnded = state === 'ended';
  return (
    <>
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
      <BoundedNumberInput
        label="Share of units"
        description={
          state === 'draft'
            ? 'That no experiment reaches. Fixed once the holdout has started.'
            : 'Fixed: others would have seen both sides.'
        }
        required
        disabled={state !== 'draft'}
        min={0.1}
        max={20}
        decimalScale={3}
        suffix={percentSuffix}
        {...form.getInputProps('sharePercent')}
      />
      <MultiSelect
        label="Metrics"
        description="By which the effect of everything that it covers is measured."
        searchable
        disabled={isEnded}
        data={metrics.data?.map(({ key, name }) => ({ value: key, label: name })) ?? []}
        nothingFoundMessage="No such metric. Create it under Metrics & events."
        {...form.getInputProps('metricKeys')}
      />
      <TagsInput
        label="Flags that it leaves alone"
        description="Keys of flags whose experiments reach its units too, such as one that the law demands."
        acceptValueOnBlur
        disabled={isEnded}
        {...form.getInputProps('exceptFlagKeys')}
      />
      <TextInput
        type="date"
        label="Ends by itself on"
        description="At the beginning of that day, UTC. Leave it empty to end it by hand."
        disabled={isEnded}
        {...form.getInputProps('endsOn')}
      />
    </>
  );
}
