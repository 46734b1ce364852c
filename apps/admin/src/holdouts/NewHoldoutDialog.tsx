import { Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered } from '@stitchd/rest-client';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { CreateForm } from '../parts/CreateForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { useScope } from '../shell/use-scope.ts';
import { HoldoutFields, shareProblem } from './HoldoutFields.tsx';
import { newHoldoutOf, newHoldoutValues, type HoldoutValues } from './holdout-values.ts';

export function NewHoldoutDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New holdout" size="lg">
      <NewHoldoutForm onClose={onClose} />
    </Modal>
  );
}

function NewHoldoutForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const navigate = useNavigate();
  const form = useForm<HoldoutValues>({
    initialValues: newHoldoutValues,
    validate: {
      key: keyProblem,
      sharePercent: shareProblem,
      unitKind: (kind) => (kind.trim() === '' ? 'Say what is held out' : null),
    },
  });
  return (
    <CreateForm
      form={form}
      create={(values) =>
        answered(
          api.POST('/v1/projects/{project}/environments/{environment}/holdouts', {
            params: { path: scope },
            body: newHoldoutOf(values),
          }),
        )
      }
      onCreated={async ({ key }) => {
        await queryClient.invalidateQueries({ queryKey: ['holdouts', scope.project, scope.environment] });
        onClose();
        await navigate({ to: '/projects/$project/$environment/holdouts/$holdout', params: { ...scope, holdout: key } });
      }}
      onClose={onClose}
      submitLabel="Create draft"
      failure="The holdout was not created"
      keyDescription="It can’t be changed, and is never used again in this environment."
    >
      <TextInput
        label="Unit"
        description="The kind of context that is held out, such as user. It can’t be changed later."
        required
        {...form.getInputProps('unitKind')}
      />
      <HoldoutFields form={form} state="draft" />
    </CreateForm>
  );
}
