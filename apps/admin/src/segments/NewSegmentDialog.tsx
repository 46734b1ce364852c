import { Autocomplete, Group, Modal, SegmentedControl, Select, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { useSeenAttributes } from '../contexts/use-seen-attributes.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { keyProblem } from '../parts/key-problem.ts';
import { NameAndKey } from '../parts/NameAndKey.tsx';
import { shownSuggestions } from '../parts/suggestions.ts';
import { useScope } from '../shell/use-scope.ts';
import { attributeCondition, operators, takesValues, type OfferedOperator } from './attribute-condition.ts';
import { listKeys } from './list-keys.ts';

export function NewSegmentDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="New segment" size="lg">
      <NewSegmentForm onClose={onClose} />
    </Modal>
  );
}

/** Attributes that are suggested at once. */

const initialValues = {
  name: '',
  key: '',
  type: 'rule' as 'rule' | 'list',
  attribute: '',
  op: 'in' as OfferedOperator,
  values: [] as string[],
  contextKind: 'user',
  included: '',
};
type Values = typeof initialValues;

function NewSegmentForm({ onClose }: { readonly onClose: () => void }) {
  const scope = useScope();
  const form = useForm({
    initialValues,
    validate: {
      key: keyProblem,
      attribute: (attribute, { type }) => (type === 'rule' && attribute.trim() === '' ? 'Name an attribute' : null),
      values: (texts, { type, attribute, op }) => {
        const read = attributeCondition(attribute, op, texts);
        return type === 'rule' && read.kind === 'invalid' ? read.message : null;
      },
      contextKind: (kind, { type }) => (type === 'list' && kind.trim() === '' ? 'Say whose keys these are' : null),
    },
  });
  const create = useMutation({
    mutationFn: (body: Schemas['NewSegment']) =>
      answered(api.POST('/v1/projects/{project}/environments/{environment}/segments', { params: { path: scope }, body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: ['segments', scope.project, scope.environment] });
      onClose();
    },
  });
  const seen = useSeenAttributes();
  const { type } = form.values;
  return (
    <DialogForm
      error={create.error}
      isPending={create.isPending}
      onSubmit={form.onSubmit((values) => create.mutate(newSegment(values)))}
      onCancel={onClose}
      submitLabel="Create segment"
      failure="The segment was not created"
    >
      <NameAndKey form={form} keyDescription="By which rules name it. It can’t be changed later." />
      <SegmentedControl
        aria-label="How people get into it"
        data={[
          { value: 'rule', label: 'By a rule' },
          { value: 'list', label: 'By a list of keys' },
        ]}
        {...form.getInputProps('type')}
      />
      {type === 'rule' ? (
        <>
          <Group grow align="flex-start">
            <Autocomplete
              label="Attribute"
              placeholder="plan"
              required
              data={[...seen.names('user')]}
              limit={shownSuggestions}
              description={seen.warning('user', form.values.attribute.trim())}
              {...form.getInputProps('attribute')}
            />
            <Select label="Comparison" allowDeselect={false} data={operators} {...form.getInputProps('op')} />
          </Group>
          {takesValues(form.values.op) && (
            <TagsInput
              label="Values"
              description="Enter after each, or paste several with commas."
              splitChars={[',', '\n', ';']}
              acceptValueOnBlur
              required
              data={[...seen.values('user', form.values.attribute.trim())]}
              {...form.getInputProps('values')}
            />
          )}
        </>
      ) : (
        <>
          <TextInput
            label="Whose keys"
            description="A kind of context, such as user or organisation."
            {...form.getInputProps('contextKind')}
          />
          <Textarea
            label="Keys"
            description="One a line, or with commas between. More can be added later."
            autosize
            minRows={4}
            maxRows={12}
            {...form.getInputProps('included')}
          />
          <Text size="sm" aria-live="polite">
            {listKeys(form.values.included).length} different keys
          </Text>
        </>
      )}
    </DialogForm>
  );
}

function newSegment({ name, key, type, attribute, op, values, contextKind, included }: Values): Schemas['NewSegment'] {
  const named = { key, name: name || key, type };
  if (type === 'list') return { ...named, contextKind: contextKind.trim(), included: [...listKeys(included)] };
  const read = attributeCondition(attribute.trim(), op, values);
  return { ...named, ...(read.kind === 'condition' && { when: read.condition }) };
}
