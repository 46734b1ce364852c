import { Alert, Button, Group, Select, Stack, Switch, TagsInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { BoundedNumberInput } from '../parts/BoundedNumberInput.tsx';
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
import { changesHashing, rebasedValues, settingsPatch, settingsValues, type SettingsValues } from './event-settings-values.ts';
import { exclusionProblems } from './exclusion-rows.ts';
import { Exclusions } from './Exclusions.tsx';

const exposuresOnChoices = [
  { value: 'read', label: 'A read of the value by the application' },
  { value: 'delivery', label: 'A read, or a delivery of all values at once' },
];

/** How the environment takes events. */
export function EventSettings() {
  const scope = useScope();
  const settings = useQuery(eventSettingsQuery(scope));
  const mayErase = useCan()('environment.write');
  return (
    <Stack>
      <Section title={`Events in ${scope.environment}`}>
        <Loaded query={settings}>
          {(loaded) => <SettingsForm key={`${scope.project} ${scope.environment}`} latest={loaded} />}
        </Loaded>
      </Section>
      {mayErase && <EraseUnit />}
    </Stack>
  );
}

/** @param latest - the settings as they are now: they may be newer than those that the form began with */
function SettingsForm({ latest }: { readonly latest: Schemas['EventSettings'] }) {
  const scope = useScope();
  const mayWrite = useCan()('environment.write');
  const [settings, beginWith] = useState(latest);
  const form = useForm<SettingsValues>({
    initialValues: settingsValues(settings),
    validate: ({ exclusions }) => exclusionProblems(exclusions),
  });
  const { queryKey } = eventSettingsQuery(scope);
  /** What nobody has saved is kept only where somebody asks for that. */
  const take = (next: Schemas['EventSettings'], values = settingsValues(next)): void => {
    form.setInitialValues(settingsValues(next));
    form.setValues(values);
    form.clearErrors();
    beginWith(next);
    save.reset();
  };
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
      take(saved);
      queryClient.setQueryData(queryKey, saved);
      notifications.show({ message: 'The event settings were saved' });
      await queryClient.invalidateQueries({ queryKey });
    },
  });
  const isBehind = latest.version > settings.version;
  const isTyped = form.isDirty();
  useEffect(() => {
    if (isBehind && !isTyped) take(latest);
  });
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(settingsPatch(settings, values)))} noValidate>
      <Stack maw={560}>
        {save.error !== null && (
          <Alert color="red" title="The settings were not saved" role="alert">
            <ProblemDetail error={save.error} seen={settings} />
            {!isBehind && (
              <Button mt="sm" size="xs" variant="default" onClick={() => void queryClient.invalidateQueries({ queryKey })}>
                Load the current state
              </Button>
            )}
          </Alert>
        )}
        {isBehind && isTyped && (
          <Alert color="yellow" title="Somebody else has saved these settings meanwhile" role="status">
            What you typed is still here.
            <Group mt="sm" gap="xs">
              <Button size="xs" variant="default" onClick={() => take(latest, rebasedValues(settings, form.getValues(), latest))}>
                Put it on top of theirs
              </Button>
              <Button size="xs" variant="subtle" onClick={() => take(latest)}>
                Drop it and show theirs
              </Button>
            </Group>
          </Alert>
        )}
        <Switch
          label="Refuse events that nobody has defined"
          description="Otherwise they are kept aside for 7 days, and count once somebody defines them."
          disabled={!mayWrite}
          {...form.getInputProps('strict', { type: 'checkbox' })}
        />
        <BoundedNumberInput
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
        <Select
          label="What exposes a visitor to an experiment"
          description="All flags at once, such as a page gets them, are a delivery: the application may never read the one that matters."
          data={exposuresOnChoices}
          allowDeselect={false}
          readOnly={!mayWrite}
          {...form.getInputProps('exposuresOn')}
        />
        {settings.exposuresOn !== form.values.exposuresOn && (
          <Alert color="yellow" title="This changes who takes part in experiments" role="status">
            {form.values.exposuresOn === 'delivery'
              ? 'Experiments will include whoever was given a value, also where nobody looked at it: effects look smaller than on those who did.'
              : 'Experiments will include whoever reads a value from then on.'}{' '}
            Those that run now will mix both, and their results say so.
          </Alert>
        )}
        <Switch
          label="Keep frequent values of attributes"
          description="For suggestions when rules are written."
          disabled={!mayWrite}
          {...form.getInputProps('observeValues', { type: 'checkbox' })}
        />
        <Group grow align="flex-start">
          <BoundedNumberInput
            label="Days that events are kept"
            description="Older ones are deleted, once a day. Empty: 761."
            min={1}
            allowDecimal={false}
            readOnly={!mayWrite}
            {...form.getInputProps('eventDays')}
          />
          <BoundedNumberInput
            label="Days that exposures are kept"
            description="Older ones are deleted, once a day. Empty: 761."
            min={1}
            allowDecimal={false}
            readOnly={!mayWrite}
            {...form.getInputProps('exposureDays')}
          />
        </Group>
        <BoundedNumberInput
          label="Days that links between keys are kept"
          description="Since an item last had both keys, such as a user’s and a device’s. Empty: 761."
          min={1}
          allowDecimal={false}
          readOnly={!mayWrite}
          {...form.getInputProps('linkDays')}
        />
        <Exclusions
          value={form.values.exclusions}
          onChange={(rows) => form.setFieldValue('exclusions', rows)}
          errors={form.errors}
          readOnly={!mayWrite}
          exposureAttributes={form.values.exposureAttributes}
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
