import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { eventsQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { NameCell } from '../parts/NameCell.tsx';
import { TabActions } from '../parts/TabActions.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { IngestionFigures } from './IngestionFigures.tsx';
import { NewEventDialog } from './NewEventDialog.tsx';

export function EventList() {
  const events = useQuery(eventsQuery(useScope().project));
  const mayCreate = useCan()('event.write');
  const [creating, { open, close }] = useDisclosure();
  return (
    <>
      {mayCreate && (
        <TabActions>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
            New event
          </Button>
        </TabActions>
      )}
      <IngestionFigures />
      <Loaded query={events}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="No events yet" action={mayCreate && <Button onClick={open}>Define the first event</Button>}>
              Define what your program will track. An event that was never defined is refused, so that a typing mistake is seen.
            </EmptyState>
          ) : (
            <DataTable label="Events" columns={columns} rows={rows} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
      <NewEventDialog opened={creating} onClose={close} />
    </>
  );
}

const columns: readonly Column<Schemas['EventDefinition']>[] = [
  { header: 'Event', cell: NameCell },
  { header: 'Value', cell: ({ valueType }) => valueType },
  { header: 'Description', cell: ({ description }) => description },
  { header: 'Changed', cell: ({ updatedAt, createdAt }) => <When at={updatedAt ?? createdAt} /> },
];
