import { Alert, Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { Section } from '../parts/Section.tsx';
import { useScope } from '../shell/use-scope.ts';
import { ErasureState } from './ErasureState.tsx';

/** Where somebody’s data is made to go. */
export function EraseUnit() {
  const scope = useScope();
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Section title="Erase a unit">
      <Stack maw={560} align="flex-start">
        <Text size="sm">
          Deletes every event, exposure and link that names one user, device or other unit of {scope.environment}, and what was
          derived from them. Nothing brings them back.
        </Text>
        <Button variant="default" onClick={open}>
          Erase a unit
        </Button>
      </Stack>
      <Modal opened={opened} onClose={close} title={`Erase a unit of ${scope.environment}`} closeOnClickOutside={false}>
        <EraseUnitForm onClose={close} />
      </Modal>
    </Section>
  );
}

const required = (value: string): string | null => (value === '' ? 'This is needed' : null);

function EraseUnitForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const form = useForm({
    initialValues: { kind: 'user', key: '', confirmation: '' },
    validate: {
      kind: required,
      key: required,
      confirmation: (typed, { key }) => (typed === key ? null : 'This is not the same key'),
    },
  });
  const erase = useMutation({
    mutationFn: ({ kind, key }: { readonly kind: string; readonly key: string }) =>
      answered(
        api.DELETE('/v1/projects/{project}/environments/{environment}/units/{kind}/{key}', {
          params: { path: { ...scope, kind, key } },
        }),
      ),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['event-jobs', scope.project, scope.environment] }),
  });
  if (erase.data !== undefined)
    return (
      <Stack>
        <ErasureState erasure={erase.data} />
        <Group justify="flex-end">
          <Button onClick={onClose}>Close</Button>
        </Group>
      </Stack>
    );
  return (
    <DialogForm
      error={erase.error}
      isPending={erase.isPending}
      onSubmit={form.onSubmit(({ kind, key }) => erase.mutate({ kind, key }))}
      onCancel={onClose}
      submitLabel="Erase for good"
      isDestructive
      failure="The unit was not erased"
    >
      <TextInput label="Context kind" required data-autofocus {...form.getInputProps('kind')} />
      <TextInput
        label="Key"
        description="As applications send it, also where keys of the kind are hashed."
        required
        autoComplete="off"
        {...form.getInputProps('key')}
      />
      <TextInput label="Key, once more" required autoComplete="off" {...form.getInputProps('confirmation')} />
      <Alert color="red" title="This can not be undone">
        Every row that names the unit goes. What arrives later does not: make sure that applications have stopped sending it.
      </Alert>
    </DialogForm>
  );
}
