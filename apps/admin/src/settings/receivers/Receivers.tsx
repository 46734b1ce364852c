import { Alert, Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { useCan } from '../../session/use-can.ts';
import { useScope } from '../../shell/use-scope.ts';
import { Deliveries } from './Deliveries.tsx';
import { ReceiverActions } from './ReceiverActions.tsx';
import { ReceiverDialog } from './ReceiverDialog.tsx';
import { ReceiverState } from './ReceiverState.tsx';
import { receiversQuery, type Receiver } from './receiver-queries.ts';
import { topicLabels } from './topic-labels.ts';

/** Who is told of alarms and of what becomes of experiments, and what was sent to them. */
export function Receivers() {
  const { project } = useScope();
  const receivers = useQuery(receiversQuery(project));
  const { receiver: shown } = useSearch({ from: '/signed-in/projects/$project/$environment/settings' });
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('receiver.write');
  return (
    <>
      <Section
        title="Webhooks and alarms of this project"
        actions={
          mayWrite && (
            <Button onClick={open} data-shortcut="create">
              New receiver
            </Button>
          )
        }
      >
        <Loaded query={receivers}>
          {({ items, emailConfigured }) => (
            <>
              {!emailConfigured && (
                <Alert color="gray" title="This installation sends no e-mail" mb="md">
                  Webhooks work. To send alarms to e-mail addresses, its operator has to name a mail server: STITCHD_SMTP_URL and
                  STITCHD_SMTP_FROM.
                </Alert>
              )}
              {items.length === 0 ? (
                <EmptyState title="Nobody is told yet">
                  A receiver is told when an experiment is broken, does harm, is decided, starts or ends. Activity shows it in any
                  case.
                </EmptyState>
              ) : (
                <DataTable
                  label="Receivers"
                  columns={mayWrite ? [...columns, actionsColumn] : columns}
                  rows={items}
                  rowKey={({ id }) => id}
                  minWidth={880}
                />
              )}
              <ReceiverDialog opened={creating} onClose={close} emailConfigured={emailConfigured} />
            </>
          )}
        </Loaded>
      </Section>
      {shown !== undefined && (
        <Deliveries id={shown} name={receivers.data?.items.find(({ id }) => id === shown)?.name ?? 'this receiver'} />
      )}
    </>
  );
}

const columns: readonly Column<Receiver>[] = [
  {
    header: 'Receiver',
    cell: ({ name, address }) => (
      <>
        <Text fw={600}>{name}</Text>
        <Text size="xs" c="dimmed" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {address}
        </Text>
      </>
    ),
  },
  { header: 'By', cell: ({ kind }) => (kind === 'email' ? 'e-mail' : 'webhook') },
  {
    header: 'Is told of',
    cell: ({ topics }) => <Text size="sm">{topics.map((topic) => topicLabels[topic]).join(', ')}</Text>,
  },
  { header: 'State', cell: (receiver) => <ReceiverState receiver={receiver} /> },
];

const actionsColumn: Column<Receiver> = { header: 'Actions', cell: (receiver) => <ReceiverActions receiver={receiver} /> };
