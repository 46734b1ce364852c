import { Alert, Button, Group, JsonInput, NumberInput, Stack, Switch, TagsInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { eventSettingsQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { ProblemDetail } from '../api/show-problem.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { EraseUnit } from './EraseUnit.tsx';
import { changesHashing, exclusionsProblem, settingsPatch, settingsValues } from './event-settings-values.ts';

/** How the environment takes events. */
export function EventSettings() {
  const scope = useScope();
  const settings = useQuery(eventSettingsQuery(scope));
  const mayErase = useCan()('environment.write');
  return (
    <Stack>
      <Section title={`Events in ${scope.environment}`}>
        {/* Another version is another form: what was typed over an older one is gone only when somebody asks for that. */}
        <Loaded query={settings}>{(loaded) => <SettingsForm key={loaded.version} settings={loaded} />}</Loaded>
      </Section>
      {mayErase && <EraseUnit />}
    </Stack>
  );
}

function SettingsForm({ settings }: { readonly settings: Schemas['EventSettings'] }) {
  const scope = useScope();
  const mayWrite = useCan()('environment.write');
  const form = useForm({ initialValues: settingsValues(settings), validate: { exclusions: exclusionsProblem } });
  const { queryKey } = eventSettingsQuery(scope);
  const save = useMutation({
    mutationFn: (body: Schemas['EventSettingsPatch']) =>
      answered(
        api.PATCH('/v1/projects/{project}/environments/{environment}/event-settings', {
          params: { path: scope, header: { 'If-Match': `"${settings.version}"` } },
          body,
        }),
      ),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async (saved) => {
      queryClient.setQueryData(queryKey, saved);
      notifications.show({ message: 'The event settings were saved' });
      await queryClient.invalidateQueries({ queryKey });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(settingsPatch(settings, values)))} noValidate>
      <Stack maw={560}>
        {save.error !== null && (
          <Alert color="red" title="The settings were not saved" role="alert">
            <ProblemDetail error={save.error} seen={settings} />
            <Button mt="sm" size="xs" variant="default" onClick={() => void queryClient.invalidateQueries({ queryKey })}>
              Load the current state
            </Button>
          </Alert>
        )}
        <Switch
          label="Refuse events that nobody has defined"
          description="Otherwise they are kept aside for 7 days, and count once somebody defines them."
          disabled={!mayWrite}
          {...form.getInputProps('strict', { type: 'checkbox' })}
        />
        <NumberInput
          label="Items per second"
          description="Events and exposures of all senders together; more are refused, and sent again later. Empty: the default."
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          readOnly={!mayWrite}
          {...form.getInputProps('itemsPerSecond')}
        />
        <TagsInput
          label="Attributes that exposures carry"
          description="For results by attribute, such as plan or /address/country. Private attributes never leave an SDK."
          readOnly={!mayWrite}
          {...form.getInputProps('exposureAttributes')}
        />
        <Switch
          label="Keep frequent values of attributes"
          description="For suggestions when rules are written."
          disabled={!mayWrite}
          {...form.getInputProps('observeValues', { type: 'checkbox' })}
        />
        <Group grow align="flex-start">
          <NumberInput
            label="Days that events are kept"
            description="Older ones are deleted, once a day. Empty: 761."
            min={1}
            allowDecimal={false}
            readOnly={!mayWrite}
            {...form.getInputProps('eventDays')}
          />
          <NumberInput
            label="Days that exposures are kept"
            description="Older ones are deleted, once a day. Empty: 761."
            min={1}
            allowDecimal={false}
            readOnly={!mayWrite}
            {...form.getInputProps('exposureDays')}
          />
        </Group>
        <JsonInput
          label="Traffic that results leave out"
          description='A list such as [{ "name": "Bots", "filter": { "property": "attributes.bot", "operator": "exists" } }]'
          autosize
          minRows={3}
          maxRows={14}
          spellCheck={false}
          readOnly={!mayWrite}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          {...form.getInputProps('exclusions')}
        />
        <TagsInput
          label="Context kinds whose keys are hashed"
          description="Such as user. Their keys are replaced before anything is stored."
          readOnly={!mayWrite}
          {...form.getInputProps('hashedKinds')}
        />
        {changesHashing(settings, form.values) && (
          <Alert color="yellow" title="This changes what units are called" role="status">
            It holds for new items only: what is stored stays as it is, so everybody of these kinds counts as somebody new from
            then on. It is refused while an experiment runs on one of them.
          </Alert>
        )}
        {mayWrite && (
          <Group>
            <Button type="submit" disabled={!form.isDirty()} loading={save.isPending}>
              Save
            </Button>
          </Group>
        )}
      </Stack>
    </form>
  );
}
