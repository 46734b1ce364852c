import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { SecretOnce } from '../parts/SecretOnce.tsx';
import { nameProblem } from './name-problem.ts';
import { roles, type Role } from './roles.ts';

const lifetimes = [
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'a year' },
  { value: '0', label: 'It never ends' },
];

export function NewApiTokenForm({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({
    initialValues: { name: '', role: 'editor' as Role, expiresInDays: '90' },
    validate: { name: nameProblem },
  });
  const create = useMutation({
    mutationFn: (body: Schemas['NewApiToken']) => answered(api.POST('/v1/api-tokens', { body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['api-tokens'] }),
  });
  if (create.data !== undefined)
    return (
      <SecretOnce secret={create.data.secret} what="the token" onDone={onClose}>
        This is the token “{create.data.token.name}”. Only its hash is stored: copy it now.
      </SecretOnce>
    );
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={form.onSubmit(({ expiresInDays, ...rest }) => create.mutate({ ...rest, expiresInDays: Number(expiresInDays) }))}
      onCancel={onClose}
      submitLabel="Create token"
      failure="The token was not created"
    >
      <TextInput
        label="Name"
        description="What uses it, such as “Deployment”."
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <Select label="Role" allowDeselect={false} data={roles} {...form.getInputProps('role')} />
      <Select label="Ends after" allowDeselect={false} data={lifetimes} {...form.getInputProps('expiresInDays')} />
    </DialogForm>
  );
}
