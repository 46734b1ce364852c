import { Badge, Button, Code, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { sdkKeysQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { NewSdkKeyDialog } from './NewSdkKeyDialog.tsx';
import { RevokeButton } from './RevokeButton.tsx';

type SdkKey = Schemas['SdkKey'];

/** The keys by which programs ask for this environment's flags. */
export function SdkKeys() {
  const scope = useScope();
  const keys = useQuery(sdkKeysQuery(scope));
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('key.write');
  return (
    <Section
      title={`SDK keys of ${scope.environment}`}
      actions={
        mayWrite && (
          <Button onClick={open} data-shortcut="create">
            New SDK key
          </Button>
        )
      }
    >
      <Loaded query={keys}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="No keys here yet">A program needs a key of the environment whose flags it asks for.</EmptyState>
          ) : (
            <DataTable
              label="SDK keys"
              columns={mayWrite ? [...columns, revokeColumn] : columns}
              rows={rows}
              rowKey={({ id }) => id}
            />
          )
        }
      </Loaded>
      <NewSdkKeyDialog opened={creating} onClose={close} />
    </Section>
  );
}

const columns: readonly Column<SdkKey>[] = [
  { header: 'Name', cell: ({ name }) => <Text fw={600}>{name}</Text> },
  { header: 'Kind', cell: ({ kind }) => kind },
  { header: 'Begins with', cell: ({ hint }) => <Code>{hint}</Code> },
  { header: 'Created', cell: ({ createdAt }) => <When at={createdAt} /> },
  {
    header: 'State',
    cell: ({ revokedAt }) =>
      revokedAt === undefined ? (
        'active'
      ) : (
        <>
          <Badge color="red" variant="outline">
            revoked
          </Badge>{' '}
          <When at={revokedAt} />
        </>
      ),
  },
];

const revokeColumn: Column<SdkKey> = {
  header: 'Revoke',
  cell: (key) => key.revokedAt === undefined && <RevokeSdkKey sdkKey={key} />,
};

function RevokeSdkKey({ sdkKey }: { readonly sdkKey: SdkKey }) {
  const scope = useScope();
  const revoke = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/sdk-keys/{id}/revoke', {
          params: { path: { ...scope, id: sdkKey.id } },
        }),
      ),
    meta: { showsItsProblem: true },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['sdk-keys', scope.project, scope.environment] }),
  });
  return (
    <RevokeButton what={`the key ${sdkKey.name}`} revoke={revoke}>
      Programs that use it are cut off within seconds: they go on with the flags that they have, and their events are refused.
      This can’t be undone.
    </RevokeButton>
  );
}
