import { Badge, Button, Group, Stack, Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { eventsQuery, eventVolumesQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { EventLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { TabActions } from '../parts/TabActions.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { IngestionFigures } from './IngestionFigures.tsx';
import { EventDialog } from './EventDialog.tsx';
import { valueTypeNames } from './event-values.ts';
import { QuarantineList } from './QuarantineList.tsx';

type EventRow = Schemas['EventDefinition'] & { readonly volume: Schemas['EventVolume'] | undefined };

export function EventList() {
  const scope = useScope();
  const { q = '', archived } = useSearch({ from: '/signed-in/projects/$project/$environment/metrics' });
  const navigate = useNavigate();
  const events = useQuery(eventsQuery(scope.project));
  const volumes = useQuery(eventVolumesQuery(scope));
  const mayCreate = useCan()('event.write');
  const [creating, { open, close }] = useDisclosure();
  const setSearch = (next: { readonly q?: string | undefined; readonly archived?: 'true' | undefined }): void =>
    void navigate({
      to: '/projects/$project/$environment/metrics',
      params: scope,
      search: { tab: 'events', q: q || undefined, archived, ...next },
      replace: true,
    });
  const isShown = ({ key, name, archived: isArchived }: EventRow): boolean =>
    (archived === 'true' || !isArchived) && `${key} ${name}`.toLowerCase().includes(q.toLowerCase());
  return (
    <Stack>
      {mayCreate && (
        <TabActions>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
            New event
          </Button>
        </TabActions>
      )}
      <IngestionFigures />
      <Group>
        <SearchField
          label="Search events"
          placeholder="Search by key or name"
          value={q}
          onChange={(next) => setSearch({ q: next })}
        />
        <Switch
          label="Archived ones, too"
          checked={archived === 'true'}
          onChange={(event) => setSearch({ archived: event.currentTarget.checked ? 'true' : undefined })}
        />
      </Group>
      <Loaded query={events}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title="No events yet" action={mayCreate && <Button onClick={open}>Define the first event</Button>}>
              Define what your program tracks. Until then what it sends is kept aside, so that a typing mistake is seen.
            </EmptyState>
          ) : (
            <DataTable
              label="Events"
              columns={columns}
              rows={rows
                .map((row): EventRow => ({ ...row, volume: volumes.data?.find(({ eventKey }) => eventKey === row.key) }))
                .filter(isShown)}
              rowKey={({ id }) => id}
            />
          )
        }
      </Loaded>
      <QuarantineList />
      <EventDialog opened={creating} onClose={close} />
    </Stack>
  );
}

const columns: readonly Column<EventRow>[] = [
  {
    header: 'Event',
    cell: ({ key, name, archived }) => (
      <>
        <Group gap="xs">
          <EventLink event={key}>{name}</EventLink>
          {archived && <Badge color="red">archived</Badge>}
        </Group>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  { header: 'Value', cell: ({ valueType, unit }) => [valueTypeNames[valueType], unit].filter(Boolean).join(', ') },
  { header: 'Owner', cell: ({ owner }) => owner || '–' },
  { header: '24 hours', align: 'right', cell: ({ volume }) => (volume?.lastDay ?? 0).toLocaleString('en') },
  { header: '7 days', align: 'right', cell: ({ volume }) => (volume?.lastWeek ?? 0).toLocaleString('en') },
  { header: 'Last seen', cell: ({ volume }) => (volume ? <When at={volume.lastSeen} /> : 'not within 7 days') },
];
