import { Button, Modal, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { identityQuery, membersQuery } from '../api/queries.ts';
import { showProblem } from '../api/show-problem.tsx';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { AddMemberForm } from './AddMemberForm.tsx';
import { RevokeButton } from './RevokeButton.tsx';
import { roles, type Role } from './roles.ts';

type Member = Schemas['Member'];

export function Members() {
  const members = useQuery(membersQuery());
  const [adding, { open, close }] = useDisclosure();
  const mayWrite = useCan()('member.write');
  return (
    <Section
      title="Members of the organisation"
      actions={
        mayWrite && (
          <Button onClick={open} data-shortcut="create">
            Add member
          </Button>
        )
      }
    >
      <Loaded query={members}>
        {(rows) => (
          <DataTable
            label="Members"
            columns={mayWrite ? [...columns, removeColumn] : columns}
            rows={rows}
            rowKey={({ userId }) => userId}
          />
        )}
      </Loaded>
      <Modal opened={adding} onClose={close} title="Add a member" closeOnClickOutside={false}>
        <AddMemberForm onClose={close} />
      </Modal>
    </Section>
  );
}

const columns: readonly Column<Member>[] = [
  {
    header: 'Member',
    cell: ({ name, email }) => (
      <>
        <Text fw={600}>{name || email}</Text>
        {name !== '' && name !== email && (
          <Text size="xs" c="dimmed">
            {email}
          </Text>
        )}
      </>
    ),
  },
  { header: 'Role', cell: (member) => <RoleCell member={member} />, width: 320 },
  { header: 'Since', cell: ({ createdAt }) => <When at={createdAt} /> },
];

const removeColumn: Column<Member> = { header: 'Remove', cell: (member) => <RemoveMember member={member} /> };

function RoleCell({ member }: { readonly member: Member }) {
  const mayWrite = useCan()('member.write');
  const { data: me } = useQuery(identityQuery());
  const change = useMutation({
    mutationFn: (role: Role) =>
      answered(
        api.PATCH('/v1/members/{member}', {
          params: { path: { member: member.userId }, header: { 'If-Match': `"${member.version}"` } },
          body: { role },
        }),
      ),
    meta: { showsItsProblem: true },
    onError: (error) => showProblem(error, `The role of ${member.email} was not changed`, member),
    onSuccess: ({ role }) => void notifications.show({ message: `${member.email} is ${role} now` }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['members'] }),
  });
  // Who takes away their own role can't take that back.
  if (!mayWrite || me?.id === member.userId) return <Text size="sm">{member.role}</Text>;
  return (
    <Select
      aria-label={`Role of ${member.email}`}
      size="xs"
      allowDeselect={false}
      data={roles}
      value={change.isPending ? change.variables : member.role}
      onChange={(role) => role !== null && role !== member.role && change.mutate(role as Role)}
    />
  );
}

function RemoveMember({ member }: { readonly member: Member }) {
  const { data: me } = useQuery(identityQuery());
  const remove = useMutation({
    mutationFn: () => answered(api.DELETE('/v1/members/{member}', { params: { path: { member: member.userId } } })),
    meta: { showsItsProblem: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['members'] }),
  });
  if (me?.id === member.userId) return null;
  return (
    <RevokeButton what={member.email} verb="Remove" revoke={remove}>
      They are signed out everywhere and see nothing of this organisation any more. What they did stays in the activity.
    </RevokeButton>
  );
}
