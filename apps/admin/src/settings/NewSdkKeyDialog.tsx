import { Modal, SegmentedControl, TagsInput, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { SecretOnce } from '../parts/SecretOnce.tsx';
import { useScope } from '../shell/use-scope.ts';
import { nameProblem } from './name-problem.ts';

export function NewSdkKeyDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  const { environment } = useScope();
  return (
    <Modal opened={opened} onClose={onClose} title={`New SDK key for ${environment}`} closeOnClickOutside={false}>
      <NewSdkKeyForm onClose={onClose} />
    </Modal>
  );
}

type Kind = Schemas['NewSdkKey']['kind'];

const kinds: Readonly<Record<Kind, string>> = {
  server: 'For programs that you run. It reads rules and may send events: keep it secret.',
  client: 'For browsers and apps, where anybody can read it. It gets values of flags that are visible to browsers only.',
};

function NewSdkKeyForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const form = useForm({
    initialValues: { name: '', kind: 'server' as Kind, allowedOrigins: [] as string[] },
    validate: { name: nameProblem },
  });
  const create = useMutation({
    mutationFn: (body: Schemas['NewSdkKey']) =>
      answered(api.POST('/v1/projects/{project}/environments/{environment}/sdk-keys', { params: { path: scope }, body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['sdk-keys', scope.project, scope.environment] }),
  });
  if (create.data !== undefined)
    return (
      <SecretOnce secret={create.data.secret} what="the key" onDone={onClose}>
        This is the {create.data.key.kind} key “{create.data.key.name}”. Only its hash is stored: copy it now.
      </SecretOnce>
    );
  const { kind } = form.values;
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={form.onSubmit(({ name, allowedOrigins }) =>
        create.mutate({ name, kind, ...(kind === 'client' && allowedOrigins.length > 0 && { allowedOrigins }) }),
      )}
      onCancel={onClose}
      submitLabel="Create key"
      failure="The key was not created"
    >
      <TextInput
        label="Name"
        description="What uses it, such as “Web servers”."
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <div>
        <SegmentedControl
          fullWidth
          aria-label="Kind"
          data={[
            { value: 'server', label: 'Server' },
            { value: 'client', label: 'Client' },
          ]}
          {...form.getInputProps('kind')}
        />
        <Text size="sm" mt={6}>
          {kinds[kind]}
        </Text>
      </div>
      {kind === 'client' && (
        <TagsInput
          label="Allowed origins"
          description="Pages that may use it, such as https://shop.example. None: any page."
          acceptValueOnBlur
          {...form.getInputProps('allowedOrigins')}
        />
      )}
    </DialogForm>
  );
}
