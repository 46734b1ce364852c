import { Select, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { fieldErrors } from '../api/field-errors.ts';
import { queryClient } from '../api/query-client.ts';
import { DialogForm } from '../parts/DialogForm.tsx';
import { SecretOnce } from '../parts/SecretOnce.tsx';
import { roles, type Role } from './roles.ts';

/** Adds somebody; who is new gets a one-time link that is handed over by other means. */
export function AddMemberForm({ onClose }: { readonly onClose: () => void }) {
  const form = useForm({
    initialValues: { email: '', name: '', role: 'editor' as Role },
    validate: { email: (email) => (/^\S+@\S+$/.test(email.trim()) ? null : 'An e-mail address is needed') },
  });
  const add = useMutation({
    mutationFn: (body: Schemas['NewMember']) => answered(api.POST('/v1/members', { body })),
    meta: { showsItsProblem: true },
    onError: (error) => form.setErrors(fieldErrors(error)),
    onSuccess: async ({ signInLink }) => {
      await queryClient.invalidateQueries({ queryKey: ['members'] });
      if (signInLink === undefined) onClose();
    },
  });
  if (add.data?.signInLink !== undefined)
    return (
      <SecretOnce secret={signInUrl(add.data.signInLink.token)} what="the link" onDone={onClose}>
        Give {add.data.member.email} this link. It signs in once, until {expiryText(add.data.signInLink.expiresAt)}.
      </SecretOnce>
    );
  return (
    <DialogForm
      error={add.error}
      isPending={add.isPending}
      onSubmit={form.onSubmit(({ email, name, role }) =>
        add.mutate({ email: email.trim(), role, ...(name.trim() !== '' && { name: name.trim() }) }),
      )}
      onCancel={onClose}
      submitLabel="Add member"
      failure="Nobody was added"
    >
      <TextInput label="E-mail" type="email" required data-autofocus autoComplete="off" {...form.getInputProps('email')} />
      <TextInput label="Name" autoComplete="off" {...form.getInputProps('name')} />
      <Select label="Role" allowDeselect={false} data={roles} {...form.getInputProps('role')} />
    </DialogForm>
  );
}

function signInUrl(token: string): string {
  return `${window.location.origin}/sign-in#token=${token}`;
}

const expiry = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

function expiryText(at: string): string {
  return expiry.format(new Date(at));
}
