import { percentSuffix } from '../parts/numbers.ts';
import { Modal, NumberInput, Select, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import type { Schemas } from '@stitchd/rest-client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { experimentsQuery } from '../api/queries.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { useScope } from '../shell/use-scope.ts';
import { milliPercentOf, percentText } from './percent-text.ts';
import { shareProblem } from './share-problem.ts';
import { useAllotShare } from './use-layer-changes.ts';

interface Props {
  readonly layer: Schemas['Layer'];
  readonly onClose: () => void;
}

/** Asks which experiment, and how much of the layer it needs. */
export function AllotDialog({ layer, opened, onClose }: Props & { readonly opened: boolean }) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Add an experiment to ${layer.name}`}>
      <AllotForm layer={layer} onClose={onClose} />
    </Modal>
  );
}

function AllotForm({ layer, onClose }: Props) {
  const scope = useScope();
  const drafts = useInfiniteQuery(experimentsQuery(scope, { state: 'draft' }));
  const form = useForm({
    initialValues: { experiment: null as string | null, sharePercent: 10 as number | string },
    validate: {
      experiment: (key) => (key === null ? 'Choose an experiment' : null),
      sharePercent: (typed) => shareProblem(typed, layer.freeMilliPercent),
    },
  });
  const allot = useAllotShare(layer, onClose);
  const fitting = (drafts.data?.pages ?? [])
    .flatMap(({ items }) => items)
    .filter(({ unitKind, assignment }) => unitKind === layer.unitKind && assignment === 'split');
  return (
    <DialogForm
      error={allot.error}
      isPending={allot.isPending}
      onSubmit={form.onSubmit(({ experiment, sharePercent }) =>
        allot.mutate(
          { experiment: experiment ?? '', shareMilliPercent: milliPercentOf(sharePercent) ?? 0 },
          { onError: (error) => form.setErrors(fieldErrors(error)) },
        ),
      )}
      onCancel={onClose}
      submitLabel="Give it this share"
      failure="The share was not given"
    >
      <Select
        label="Experiment"
        description={`A draft whose unit is ${layer.unitKind}.`}
        required
        searchable
        openOnFocus={false}
        data-autofocus
        data={fitting.map(({ key, name }) => ({ value: key, label: name }))}
        nothingFoundMessage="No draft has this unit."
        {...form.getInputProps('experiment')}
      />
      <NumberInput
        label="Share of the layer"
        description={`${percentText(layer.freeMilliPercent)} is free. A share stays the experiment’s, where it is, until it is given back.`}
        required
        min={0.1}
        max={100}
        clampBehavior="none"
        decimalScale={3}
        suffix={percentSuffix}
        {...form.getInputProps('sharePercent')}
      />
      <Text size="sm">It takes effect when the experiment starts: units outside of the share do not take part.</Text>
    </DialogForm>
  );
}
