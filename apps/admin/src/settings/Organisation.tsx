import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { organisationQuery } from '../api/queries.ts';
import { ProblemDetail } from '../api/show-problem.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { useCan } from '../session/use-can.ts';
import { nameProblem } from './name-problem.ts';

export function Organisation() {
  const organisation = useQuery(organisationQuery());
  return (
    <Section title="Organisation">
      {/* Another version is another form: what was typed over an older one is gone only when somebody asks for that. */}
      <Loaded query={organisation}>{(loaded) => <OrganisationForm key={loaded.version} organisation={loaded} />}</Loaded>
    </Section>
  );
}

function OrganisationForm({ organisation }: { readonly organisation: Schemas['Organisation'] }) {
  const mayWrite = useCan()('organisation.write');
  const form = useForm({ initialValues: { name: organisation.name }, validate: { name: nameProblem } });
  const rename = useMutation({
    mutationFn: (name: string) =>
      answered(
        api.PATCH('/v1/organisation', { params: { header: { 'If-Match': `"${organisation.version}"` } }, body: { name } }),
      ),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async (renamed) => {
      queryClient.setQueryData(organisationQuery().queryKey, renamed);
      notifications.show({ message: `The organisation is called ${renamed.name} now` });
      await queryClient.invalidateQueries({ queryKey: ['organisation'] });
    },
  });
  const reload = (): void => void queryClient.invalidateQueries({ queryKey: ['organisation'] });
  return (
    <form onSubmit={form.onSubmit(({ name }) => rename.mutate(name))} noValidate>
      <Stack maw={420}>
        {rename.error !== null && (
          <Alert color="red" title="The name was not saved" role="alert">
            <ProblemDetail error={rename.error} seen={organisation} />
            <Button mt="sm" size="xs" variant="default" onClick={reload}>
              Load the current state
            </Button>
          </Alert>
        )}
        <TextInput label="Name" readOnly={!mayWrite} {...form.getInputProps('name')} />
        <Text size="sm">
          Key:{' '}
          <Text span ff="monospace">
            {organisation.key}
          </Text>
        </Text>
        {mayWrite && (
          <Group>
            <Button type="submit" disabled={!form.isDirty()} loading={rename.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
