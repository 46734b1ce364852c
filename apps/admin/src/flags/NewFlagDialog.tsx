import { Modal, Select, Textarea } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { useScope } from '../shell/use-scope.ts';
import { firstVariants } from './first-variants.ts';

type FlagType = Schemas['NewFlag']['type'];
type Purpose = NonNullable<Schemas['NewFlag']['purpose']>;

const types: readonly { readonly value: FlagType; readonly label: string }[] = [
  { value: 'boolean', label: 'On or off' },
  { value: 'string', label: 'Text' },
  { value: 'integer', label: 'Whole number' },
  { value: 'double', label: 'Number' },
  { value: 'json', label: 'JSON' },
];
const purposes: readonly { readonly value: Purpose; readonly label: string }[] = [
  { value: 'release', label: 'Release: goes when it is on everywhere' },
  { value: 'experiment', label: 'Experiment: goes when it is decided' },
  { value: 'operations', label: 'Operations: a switch that stays' },
  { value: 'permission', label: 'Permission: who may use it' },
  { value: 'configuration', label: 'Configuration: a value that stays' },
];

/** Everything that a flag needs, in one dialog. */
export function NewFlagDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New flag" size="lg">
      <NewFlagForm onClose={onClose} />
    </Modal>
  );
}

function NewFlagForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const navigate = useNavigate();
  const form = useForm({
    initialValues: { name: '', key: '', type: 'boolean' as FlagType, purpose: 'release' as Purpose, values: '' },
    validate: {
      key: keyProblem,
      values: (values, { type }) => {
        const parsed = firstVariants(type, values);
        return parsed.kind === 'invalid' ? parsed.message : null;
      },
    },
  });
  const create = useMutation({
    mutationFn: (body: Schemas['NewFlag']) =>
      answered(api.POST('/v1/projects/{project}/flags', { params: { path: { project: scope.project } }, body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async ({ key }) => {
      await queryClient.invalidateQueries({ queryKey: ['flags', scope.project] });
      onClose();
      await navigate({ to: '/projects/$project/$environment/flags/$flag', params: { ...scope, flag: key } });
    },
  });
  const submit = form.onSubmit(({ name, key, type, purpose, values }) => {
    const variants = firstVariants(type, values);
    create.mutate({ key, name: name || key, type, purpose, ...(variants.kind === 'given' && { variants: variants.variants }) });
  });
  const { type } = form.values;
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={submit}
      onCancel={onClose}
      submitLabel="Create flag"
      failure="The flag was not created"
    >
      <NameAndKey form={form} keyDescription="What your code asks for. It can’t be changed later." />
      <Select label="Type" allowDeselect={false} data={types} {...form.getInputProps('type')} />
      <Select label="Purpose" allowDeselect={false} data={purposes} {...form.getInputProps('purpose')} />
      {type !== 'boolean' && (
        <Textarea
          label="Values"
          description={`One ${type === 'json' ? 'JSON value ' : ''}a line. The first is served until you say otherwise.`}
          autosize
          minRows={3}
          required
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('values')}
        />
      )}
    </DialogForm>
  );
}
