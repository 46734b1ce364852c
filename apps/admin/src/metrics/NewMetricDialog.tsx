import { Group, Modal, NumberInput, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { eventsQuery } from '../api/queries.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { useScope } from '../shell/use-scope.ts';

type Metric = Schemas['NewMetric'];

export function NewMetricDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New metric" size="lg">
      <NewMetricForm onClose={onClose} />
    </Modal>
  );
}

const initialValues = {
  name: '',
  key: '',
  description: '',
  type: 'conversion' as Metric['type'],
  eventKey: null as string | null,
  direction: 'increase' as NonNullable<Metric['direction']>,
  windowHours: 0 as number | string,
};

function NewMetricForm({ onClose }: { readonly onClose: () => void }) {
  const { project } = useScope();
  const events = useQuery(eventsQuery(project));
  const form = useForm({
    initialValues,
    validate: { key: keyProblem, eventKey: (event) => (event === null ? 'Choose an event' : null) },
  });
  const create = useMutation({
    mutationFn: (body: Metric) => answered(api.POST('/v1/projects/{project}/metrics', { params: { path: { project } }, body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['metrics', project] });
      onClose();
    },
  });
  // A mean needs a number to sum.
  const usable = events.data?.filter(({ valueType }) => form.values.type === 'conversion' || valueType !== 'none') ?? [];
  const submit = form.onSubmit(({ name, key, eventKey, windowHours, ...rest }) =>
    create.mutate({ ...rest, key, name: name || key, eventKey: eventKey ?? '', windowHours: Number(windowHours) || 0 }),
  );
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={submit}
      onCancel={onClose}
      submitLabel="Create metric"
      failure="The metric was not created"
    >
      <NameAndKey form={form} keyDescription="By which experiments name it. It can’t be changed later." />
      <Group grow align="flex-start">
        <Select
          label="What counts"
          allowDeselect={false}
          data={[
            { value: 'conversion', label: 'Whether somebody has the event' },
            { value: 'mean', label: 'The sum of its values' },
          ]}
          {...form.getInputProps('type')}
          onChange={(type) => form.setValues({ type: (type ?? 'conversion') as Metric['type'], eventKey: null })}
        />
        <Select
          label="Event"
          required
          searchable
          data={usable.map(({ key, name }) => ({ value: key, label: name }))}
          nothingFoundMessage="No event that fits"
          {...form.getInputProps('eventKey')}
        />
      </Group>
      <Group grow align="flex-start">
        <Select
          label="Which way is better"
          allowDeselect={false}
          data={[
            { value: 'increase', label: 'More' },
            { value: 'decrease', label: 'Less' },
          ]}
          {...form.getInputProps('direction')}
        />
        <NumberInput
          label="Hours after the first exposure"
          description="0: all until the end of the experiment."
          min={0}
          allowDecimal={false}
          {...form.getInputProps('windowHours')}
        />
      </Group>
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
    </DialogForm>
  );
}
