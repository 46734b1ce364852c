import { Modal, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { useScope } from '../shell/use-scope.ts';
import { HoldoutFields, shareProblem } from './HoldoutFields.tsx';
import { holdoutPatchOf, valuesOf, type HoldoutValues } from './holdout-values.ts';
import { useReadAgain } from './use-read-again.ts';

interface Props {
  readonly holdout: Schemas['Holdout'];
  readonly onClose: () => void;
}

export function EditHoldoutDialog({ holdout, opened, onClose }: Props & { readonly opened: boolean }) {
  return (
    <Modal opened={opened} onClose={onClose} title={`Change ${holdout.name}`} size="lg">
      <EditForm holdout={holdout} onClose={onClose} />
    </Modal>
  );
}

function EditForm({ holdout, onClose }: Props) {
  const scope = useScope();
  const readAgain = useReadAgain(holdout.key);
  const form = useForm<HoldoutValues>({ initialValues: valuesOf(holdout), validate: { sharePercent: shareProblem } });
  const change = useMutation({
    mutationFn: (body: Schemas['HoldoutPatch']) =>
      answered(
        api.PATCH('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}', {
          params: { path: { ...scope, holdout: holdout.key }, header: { 'If-Match': `"${holdout.version}"` } },
          body,
        }),
      ),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: onClose,
    onSettled: readAgain,
  });
  return (
    <DialogForm
      error={change.error}
      isPending={change.isPending}
      onSubmit={form.onSubmit((values) => change.mutate(holdoutPatchOf(values, holdout)))}
      onCancel={onClose}
      submitLabel="Save"
      failure="The holdout was not changed"
    >
      <TextInput label="Name" data-autofocus autoComplete="off" {...form.getInputProps('name')} />
      <HoldoutFields form={form} state={holdout.state} />
    </DialogForm>
  );
}
