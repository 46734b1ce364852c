import type { UseFormReturnType } from '@mantine/form';
import { useMutation } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { fieldErrors } from '../api/field-errors.ts';
import { DialogForm } from './DialogForm.tsx';
import { NameAndKey } from './NameAndKey.tsx';

interface Props<Values extends NamedValues, Made> {
  readonly form: UseFormReturnType<Values>;
  readonly create: (values: Values) => Promise<Made>;
  readonly onCreated: (made: Made) => Promise<void>;
  readonly onClose: () => void;
  readonly submitLabel: string;
  /** What did not happen, over the problem that says why. */
  readonly failure: string;
  readonly keyDescription: string;
  readonly children: ReactNode;
}

interface NamedValues {
  name: string;
  key: string;
}

/** The inside of a dialog that makes something with a name and a key; what is wrong with a field is said at it. */
export function CreateForm<Values extends NamedValues, Made>(props: Props<Values, Made>) {
  const { form, create, onCreated, onClose, submitLabel, failure, keyDescription, children } = props;
  const making = useMutation({
    mutationFn: create,
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: onCreated,
  });
  return (
    <DialogForm
      error={making.error}
      isPending={making.isPending}
      onSubmit={form.onSubmit((values) => making.mutate(values))}
      onCancel={onClose}
      submitLabel={submitLabel}
      failure={failure}
    >
      <NameAndKey
        form={{
          values: form.values,
          errors: form.errors,
          setFieldValue: (field, value) => form.setValues({ [field]: value } as Partial<Values>),
        }}
        keyDescription={keyDescription}
      />
      {children}
    </DialogForm>
  );
}
