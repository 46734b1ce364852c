import { Badge, Button, Code, Modal, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { apiTokensQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { NewApiTokenForm } from './NewApiTokenForm.tsx';
import { RevokeButton } from './RevokeButton.tsx';

type ApiToken = Schemas['ApiToken'];

/** The tokens by which programs use the REST API. */
export function ApiTokens() {
  const tokens = useQuery(apiTokensQuery());
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('key.write');
  return (
    <Section
      title="API tokens of the organisation"
      actions={
        mayWrite && (
          <Button onClick={open} data-shortcut="create">
            New API token
          </Button>
        )
      }
    >
      <Loaded query={tokens}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="No API tokens yet">A program that changes flags or reads results signs in with one.</EmptyState>
          ) : (
            <DataTable
              label="API tokens"
              columns={mayWrite ? [...columns, revokeColumn] : columns}
              rows={rows}
              rowKey={({ id }) => id}
            />
          )
        }
      </Loaded>
      <Modal opened={creating} onClose={close} title="New API token" closeOnClickOutside={false}>
        <NewApiTokenForm onClose={close} />
      </Modal>
    </Section>
  );
}

const columns: readonly Column<ApiToken>[] = [
  { header: 'Name', cell: ({ name }) => <Text fw={600}>{name}</Text> },
  { header: 'Role', cell: ({ role }) => role },
  { header: 'Begins with', cell: ({ hint }) => <Code>{hint}</Code> },
  { header: 'Created', cell: ({ createdAt }) => <When at={createdAt} /> },
  { header: 'State', cell: (token) => <State token={token} /> },
];

function State({ token: { revokedAt, expiresAt } }: { readonly token: ApiToken }) {
  if (revokedAt !== undefined)
    return (
      <>
        <Badge color="red" variant="outline">
          revoked
        </Badge>{' '}
        <When at={revokedAt} />
      </>
    );
  if (expiresAt === undefined) return <>active, never ends</>;
  return (
    <>
      {new Date(expiresAt).getTime() < Date.now() ? 'ended' : 'active, ends'} <When at={expiresAt} />
    </>
  );
}

const revokeColumn: Column<ApiToken> = {
  header: 'Revoke',
  cell: (token) => token.revokedAt === undefined && <RevokeApiToken token={token} />,
};

function RevokeApiToken({ token }: { readonly token: ApiToken }) {
  const revoke = useMutation({
    mutationFn: () => answered(api.POST('/v1/api-tokens/{id}/revoke', { params: { path: { id: token.id } } })),
    meta: { showsItsProblem: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['api-tokens'] }),
  });
  return (
    <RevokeButton what={`the token ${token.name}`} revoke={revoke}>
      Programs that use it are refused within seconds. This can’t be undone.
    </RevokeButton>
  );
}
