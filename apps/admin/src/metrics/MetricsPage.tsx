import { Button, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { eventsQuery, metricsQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { metricSentence } from './metric-sentence.ts';
import { NewEventDialog } from './NewEventDialog.tsx';
import { NewMetricDialog } from './NewMetricDialog.tsx';

export function MetricsPage() {
  const scope = useScope();
  const { tab = 'metrics' } = useSearch({ from: '/signed-in/projects/$project/$environment/metrics' });
  const navigate = useNavigate();
  const can = useCan();
  const [creating, { open, close }] = useDisclosure();
  const isMetrics = tab === 'metrics';
  const mayCreate = can(isMetrics ? 'metric.write' : 'event.write');
  return (
    <>
      <PageHeader
        title="Metrics & events"
        detail="Events are what your program tracks; metrics say what of them counts in an experiment."
        actions={
          mayCreate && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
              {isMetrics ? 'New metric' : 'New event'}
            </Button>
          )
        }
      />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: '/projects/$project/$environment/metrics',
            params: scope,
            search: next === 'events' ? { tab: 'events' } : {},
            replace: true,
          })
        }
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="metrics">Metrics</Tabs.Tab>
          <Tabs.Tab value="events">Events</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="metrics">
          <MetricList create={mayCreate ? open : undefined} />
        </Tabs.Panel>
        <Tabs.Panel value="events">
          <EventList create={mayCreate ? open : undefined} />
        </Tabs.Panel>
      </Tabs>
      <NewMetricDialog opened={creating && isMetrics} onClose={close} />
      <NewEventDialog opened={creating && !isMetrics} onClose={close} />
    </>
  );
}

interface ListProps {
  readonly create: (() => void) | undefined;
}

function MetricList({ create }: ListProps) {
  const metrics = useQuery(metricsQuery(useScope().project));
  return (
    <Loaded query={metrics}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title="No metrics yet" action={create && <Button onClick={create}>Create the first metric</Button>}>
            A metric is what you want to change for the better, told by an event.
          </EmptyState>
        ) : (
          <DataTable label="Metrics" columns={metricColumns} rows={rows} rowKey={({ id }) => id} />
        )
      }
    </Loaded>
  );
}

function EventList({ create }: ListProps) {
  const events = useQuery(eventsQuery(useScope().project));
  return (
    <Loaded query={events}>
      {(rows) =>
        rows.length === 0 ? (
          <EmptyState title="No events yet" action={create && <Button onClick={create}>Define the first event</Button>}>
            Define what your program will track. An event that was never defined is refused, so that a typing mistake is seen.
          </EmptyState>
        ) : (
          <DataTable label="Events" columns={eventColumns} rows={rows} rowKey={({ id }) => id} />
        )
      }
    </Loaded>
  );
}

interface Named {
  readonly name: string;
  readonly key: string;
}

function NameCell({ name, key: itemKey }: Named) {
  return (
    <>
      <Text fw={600}>{name}</Text>
      <Text size="xs" c="dimmed" ff="monospace">
        {itemKey}
      </Text>
    </>
  );
}

const metricColumns: readonly Column<Schemas['Metric']>[] = [
  { header: 'Metric', cell: NameCell },
  { header: 'What counts', cell: metricSentence },
  { header: 'Description', cell: ({ description }) => description },
  { header: 'Changed', cell: ({ updatedAt, createdAt }) => <When at={updatedAt ?? createdAt} /> },
];

const eventColumns: readonly Column<Schemas['EventDefinition']>[] = [
  { header: 'Event', cell: NameCell },
  { header: 'Value', cell: ({ valueType }) => valueType },
  { header: 'Description', cell: ({ description }) => description },
  { header: 'Changed', cell: ({ updatedAt, createdAt }) => <When at={updatedAt ?? createdAt} /> },
];
