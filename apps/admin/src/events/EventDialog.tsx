import { JsonInput, Modal, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { useScope } from '../shell/use-scope.ts';
import { eventPatch, eventValues, newEventBody, schemaTextProblem, valueTypeNames, type EventValues } from './event-values.ts';

interface Props {
  readonly onClose: () => void;
  /** Absent: a new one is defined. */
  readonly event?: Schemas['EventDefinition'];
  /** Of an undefined event that is to be defined. */
  readonly eventKey?: string;
}

export function EventDialog({ opened, ...props }: Props & { readonly opened: boolean }) {
  return (
    <Modal opened={opened} onClose={props.onClose} title={props.event ? `Change ${props.event.name}` : 'New event'} size="lg">
      <EventForm {...props} />
    </Modal>
  );
}

function EventForm({ onClose, event, eventKey }: Props) {
  const { project } = useScope();
  const form = useForm<EventValues>({
    initialValues: eventValues(event, eventKey),
    validate: { key: keyProblem, propertiesSchema: schemaTextProblem },
  });
  const save = useMutation({
    mutationFn: (values: EventValues) =>
      event === undefined
        ? answered(api.POST('/v1/projects/{project}/events', { params: { path: { project } }, body: newEventBody(values) }))
        : answered(
            api.PATCH('/v1/projects/{project}/events/{event}', {
              params: { path: { project, event: event.key }, header: { 'If-Match': `"${event.version}"` } },
              body: eventPatch(values),
            }),
          ),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async () => {
      await Promise.all(['events', 'quarantine'].map((name) => queryClient.invalidateQueries({ queryKey: [name, project] })));
      onClose();
    },
  });
  return (
    <DialogForm
      error={save.error}
      isPending={save.isPending}
      onSubmit={form.onSubmit((values) => save.mutate(values))}
      onCancel={onClose}
      submitLabel={event ? 'Save' : 'Define event'}
      failure={event ? 'The event was not changed' : 'The event was not defined'}
    >
      {event === undefined ? (
        <NameAndKey form={form} keyDescription="What your program tracks. It can’t be changed later." />
      ) : (
        <TextInput label="Name" data-autofocus autoComplete="off" {...form.getInputProps('name')} />
      )}
      <Select
        label="Value"
        description={event ? 'It can’t be changed: what is stored has it.' : 'What comes with it. Other values are refused.'}
        allowDeselect={false}
        disabled={event !== undefined}
        data={Object.entries(valueTypeNames).map(([value, label]) => ({ value, label }))}
        {...form.getInputProps('valueType')}
      />
      {form.values.valueType !== 'none' && form.values.valueType !== 'boolean' && (
        <TextInput label="Unit of the value" placeholder="EUR" autoComplete="off" {...form.getInputProps('unit')} />
      )}
      <Textarea label="Description" autosize minRows={2} {...form.getInputProps('description')} />
      <TextInput label="Owner" description="Who looks after it." autoComplete="off" {...form.getInputProps('owner')} />
      <TagsInput
        label="Context kinds that it needs"
        description="Such as user. An event that lacks one is refused."
        {...form.getInputProps('requiredContexts')}
      />
      <JsonInput
        label="JSON Schema of its properties"
        description="Empty: any properties. JSON Schema 2020-12; patterns are RE2’s, references stay inside it."
        autosize
        minRows={4}
        maxRows={16}
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        {...form.getInputProps('propertiesSchema')}
      />
    </DialogForm>
  );
}
