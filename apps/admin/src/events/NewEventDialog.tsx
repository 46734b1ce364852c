import { Modal, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { useScope } from '../shell/use-scope.ts';

export function NewEventDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New event" size="lg">
      <NewEventForm onClose={onClose} />
    </Modal>
  );
}

function NewEventForm({ onClose }: { readonly onClose: () => void }) {
  const { project } = useScope();
  const form = useForm({
    initialValues: { name: '', key: '', description: '', valueType: 'none' as Schemas['NewEventDefinition']['valueType'] },
    validate: { key: keyProblem },
  });
  const create = useMutation({
    mutationFn: (body: Schemas['NewEventDefinition']) =>
      answered(api.POST('/v1/projects/{project}/events', { params: { path: { project } }, body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['events', project] });
      onClose();
    },
  });
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={form.onSubmit((values) => create.mutate({ ...values, name: values.name || values.key }))}
      onCancel={onClose}
      submitLabel="Create event"
      failure="The event was not created"
    >
      <NameAndKey form={form} keyDescription="What your program tracks. It can’t be changed later." />
      <Select
        label="Value"
        description="What comes with it. Other values are refused."
        allowDeselect={false}
        data={[
          { value: 'none', label: 'None: it only happened' },
          { value: 'double', label: 'A number, such as an amount' },
          { value: 'integer', label: 'A whole number, such as a count' },
          { value: 'boolean', label: 'True or false, such as a success' },
        ]}
        {...form.getInputProps('valueType')}
      />
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
    </DialogForm>
  );
}
