import { Modal, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered } from '@stitchd/rest-client';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { CreateForm } from '../parts/CreateForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { useScope } from '../shell/use-scope.ts';

export function NewLayerDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New layer">
      <NewLayerForm onClose={onClose} />
    </Modal>
  );
}

function NewLayerForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const form = useForm({
    initialValues: { name: '', key: '', description: '', unitKind: 'user' },
    validate: {
      key: keyProblem,
      unitKind: (kind) => (kind.trim() === '' ? 'Say what is kept apart' : null),
    },
  });
  return (
    <CreateForm
      form={form}
      create={({ name, key, description, unitKind }) =>
        answered(
          api.POST('/v1/projects/{project}/environments/{environment}/layers', {
            params: { path: scope },
            body: { key, name: name || key, description, unitKind: unitKind.trim() },
          }),
        )
      }
      onCreated={async () => {
        await queryClient.invalidateQueries({ queryKey: ['layers', scope.project, scope.environment] });
        onClose();
      }}
      onClose={onClose}
      submitLabel="Create layer"
      failure="The layer was not created"
      keyDescription="It can’t be changed later."
    >
      <Textarea
        label="Description"
        description="What the experiments in it have in common, such as the page that they change."
        autosize
        minRows={2}
        {...form.getInputProps('description')}
      />
      <TextInput
        label="Unit"
        description="The kind of context that is in one experiment at most, such as user. It can’t be changed later."
        required
        {...form.getInputProps('unitKind')}
      />
    </CreateForm>
  );
}
