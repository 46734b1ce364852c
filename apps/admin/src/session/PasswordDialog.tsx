import { Modal, PasswordInput, Text } from '@mantine/core';
import { useForm } from '@mantine/form';
import { notifications } from '@mantine/notifications';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { session } from './session.ts';

/** For who came by a one-time link and wants to come back without one. */
export function PasswordDialog({ opened, onClose }: { readonly opened: boolean; readonly onClose: () => void }) {
  return (
    <Modal opened={opened} onClose={onClose} title="Set your password">
      <PasswordForm onClose={onClose} />
    </Modal>
  );
}

function PasswordForm({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({
    initialValues: { currentPassword: '', newPassword: '' },
    validate: { newPassword: (password) => (password === '' ? 'A password is needed' : null) },
  });
  const change = useMutation({
    mutationFn: (body: Schemas['SetPassword']) => answered(api.POST('/v1/me/password', { body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: () => {
      notifications.show({ message: 'Your password is set: sign in with it' });
      onClose();
      session.forget();
    },
  });
  return (
    <DialogForm
      error={change.error}
      isPending={change.isPending}
      onSubmit={form.onSubmit(({ currentPassword, newPassword }) =>
        change.mutate({ newPassword, ...(currentPassword !== '' && { currentPassword }) }),
      )}
      onCancel={onClose}
      submitLabel="Set password"
      failure="The password was not set"
    >
      <PasswordInput
        label="Current password"
        description="Leave it empty if you have none yet."
        autoComplete="current-password"
        {...form.getInputProps('currentPassword')}
      />
      <PasswordInput label="New password" required autoComplete="new-password" {...form.getInputProps('newPassword')} />
      <Text size="sm">All your sessions end, this one too: you then sign in with the new password.</Text>
    </DialogForm>
  );
}
