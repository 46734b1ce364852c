import { Badge, Button, Checkbox, Group, Modal, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useDisclosure } from '@mantine/hooks';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { environmentsQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { nameProblem } from './name-problem.ts';

/** The project's environments: flags are configured in each by itself. */
export function Environments() {
  const { project } = useScope();
  const environments = useQuery(environmentsQuery(project));
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('environment.write');
  return (
    <Section
      title="Environments of this project"
      actions={
        mayWrite && (
          <Button onClick={open} data-shortcut="create">
            New environment
          </Button>
        )
      }
    >
      <Loaded query={environments}>
        {(rows) => <DataTable label="Environments" columns={columns} rows={rows} rowKey={({ id }) => id} />}
      </Loaded>
      <Modal opened={creating} onClose={close} title="New environment">
        <NewEnvironmentForm onClose={close} />
      </Modal>
    </Section>
  );
}

const columns: readonly Column<Schemas['Environment']>[] = [
  {
    header: 'Environment',
    cell: ({ name, key, production }) => (
      <>
        <Group gap="xs">
          <Text fw={600}>{name}</Text>
          {production && (
            <Badge color="orange" variant="filled" size="sm">
              production
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  { header: 'Created', cell: ({ createdAt }) => <When at={createdAt} /> },
];

function NewEnvironmentForm({ onClose }: { readonly onClose: () => void }) {
  const { project } = useScope();
  const form = useForm({
    initialValues: { name: '', key: '', production: false },
    validate: { name: nameProblem, key: keyProblem },
  });
  const create = useMutation({
    mutationFn: (body: Schemas['NewEnvironment']) =>
      answered(api.POST('/v1/projects/{project}/environments', { params: { path: { project } }, body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async () => {
      // Every flag has a state there, too.
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['environments', project] }),
        queryClient.invalidateQueries({ queryKey: ['flags', project] }),
      ]);
      onClose();
    },
  });
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={form.onSubmit((values) => create.mutate(values))}
      onCancel={onClose}
      submitLabel="Create environment"
      failure="The environment was not created"
    >
      <NameAndKey form={form} keyDescription="It stands in addresses. It can’t be changed later." />
      <Checkbox
        label="Production"
        description="Switches ask before they act there."
        {...form.getInputProps('production', { type: 'checkbox' })}
      />
    </DialogForm>
  );
}
