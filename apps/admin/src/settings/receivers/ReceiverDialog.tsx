import { Checkbox, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { topicNames, topics, type Topic } from '@stitchd/core';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { fieldErrors, unsaidError } from '../../api/field-errors.ts';
import { DialogForm } from '../../parts/DialogForm.tsx';
import { SecretOnce } from '../../parts/SecretOnce.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { nameProblem } from '../name-problem.ts';
import { readReceiversAgain, type Receiver } from './receiver-queries.ts';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** Which is changed; none: a new one. */
  readonly receiver?: Receiver;
  readonly emailConfigured: boolean;
}

export function ReceiverDialog({ opened, onClose, ...form }: Props) {
  const title = form.receiver === undefined ? 'New receiver' : `Change ${form.receiver.name}`;
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeOnClickOutside={false} size="lg">
      <ReceiverForm onClose={onClose} {...form} />
    </Modal>
  );
}

interface Values {
  readonly kind: Receiver['kind'];
  readonly name: string;
  readonly address: string;
  readonly topics: Topic[];
}

const first: readonly Topic[] = ['experiment.alarm.broken', 'experiment.alarm.harm', 'experiment.decided'];

function useSave(receiver: Receiver | undefined, onSaved: (secret: string) => void) {
  const { project } = useScope();
  return useMutation({
    async mutationFn({ kind, ...body }: Values): Promise<string> {
      if (receiver === undefined) {
        const made = await answered(
          api.POST('/v1/projects/{project}/receivers', { params: { path: { project } }, body: { kind, ...body } }),
        );
        return made.secret;
      }
      const params = { path: { project, id: receiver.id }, header: { 'If-Match': `"${receiver.version}"` } };
      await answered(api.PATCH('/v1/projects/{project}/receivers/{id}', { params, body }));
      return '';
    },
    meta: { showsItsProblem: true },
    onSuccess: async (secret) => {
      await readReceiversAgain(project);
      onSaved(secret);
    },
  });
}

function ReceiverForm({ onClose, receiver, emailConfigured }: Omit<Props, 'opened'>) {
  const form = useForm<Values>({
    initialValues: {
      kind: receiver?.kind ?? 'webhook',
      name: receiver?.name ?? '',
      address: receiver?.address ?? '',
      topics: [...(receiver?.topics ?? first)],
    },
    validate: {
      name: nameProblem,
      address: (address) => (address.trim() === '' ? 'An address is needed' : null),
      topics: (chosen) => (chosen.length === 0 ? 'Choose at least one' : null),
    },
  });
  const save = useSave(receiver, (secret) => secret === '' && onClose());
  if (save.data !== undefined && save.data !== '')
    return (
      <SecretOnce secret={save.data} what="the secret" onDone={onClose}>
        By this secret your program knows that a message is from Stitchd. It is stored encrypted and shown to nobody again: copy
        it now.
      </SecretOnce>
    );
  const isEmail = form.values.kind === 'email';
  return (
    <DialogForm
      error={unsaidError(save.error, form.values)}
      isPending={save.isPending}
      onSubmit={form.onSubmit((values) => save.mutate(values, { onError: (error) => form.setErrors(fieldErrors(error)) }))}
      onCancel={onClose}
      submitLabel={receiver === undefined ? 'Create receiver' : 'Save changes'}
      failure={receiver === undefined ? 'The receiver was not created' : 'The receiver was not changed'}
    >
      {receiver === undefined && (
        <div>
          <SegmentedControl
            fullWidth
            aria-label="By"
            data={[
              { value: 'webhook', label: 'Webhook' },
              { value: 'email', label: 'E-mail', disabled: !emailConfigured },
            ]}
            {...form.getInputProps('kind')}
          />
          {!emailConfigured && (
            <Text size="sm" mt={6}>
              E-mail can’t be chosen: the operator of this installation has named no mail server.
            </Text>
          )}
        </div>
      )}
      <TextInput
        label="Name"
        description="Who is told, such as “On call”."
        required
        data-autofocus
        {...form.getInputProps('name')}
      />
      <TextInput
        label={isEmail ? 'E-mail address' : 'URL'}
        description={
          isEmail ? 'A person’s or a list’s.' : 'It gets a signed POST. It begins with https:// and is reachable from outside.'
        }
        required
        type={isEmail ? 'email' : 'url'}
        {...form.getInputProps('address')}
      />
      <Checkbox.Group label="Is told of" {...form.getInputProps('topics')}>
        <Stack gap="xs" mt="xs">
          {topicNames.map((topic) => (
            <Checkbox key={topic} value={topic} label={topics[topic]} />
          ))}
        </Stack>
      </Checkbox.Group>
    </DialogForm>
  );
}
