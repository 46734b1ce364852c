import { Badge, Box, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { DataTable, type Column } from '../../parts/DataTable.tsx';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { ShowMore } from '../../parts/ShowMore.tsx';
import { When } from '../../parts/When.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { deliveriesQuery, type Delivery } from './receiver-queries.ts';

/** What was sent to a receiver in the last 30 days, and what waits for it. */
export function Deliveries({ id, name }: { readonly id: string; readonly name: string }) {
  const { project } = useScope();
  const deliveries = useInfiniteQuery(deliveriesQuery(project, id));
  return (
    <Box mt="md">
      <Section title={`Deliveries to ${name}`}>
        <Loaded query={deliveries}>
          {({ pages }) => {
            const rows = pages.flatMap(({ items }) => items);
            return rows.length === 0 ? (
              <EmptyState title="Nothing was sent yet">Send a test to see whether messages arrive.</EmptyState>
            ) : (
              <DataTable label="Deliveries" columns={columns} rows={rows} rowKey={(row) => row.id} />
            );
          }}
        </Loaded>
        <ShowMore query={deliveries} />
      </Section>
    </Box>
  );
}

const looks: Readonly<Record<Delivery['state'], { readonly label: string; readonly color: string }>> = {
  waiting: { label: 'waiting', color: 'orange' },
  running: { label: 'on its way', color: 'blue' },
  succeeded: { label: 'arrived', color: 'green' },
  failed: { label: 'failed', color: 'red' },
};

const columns: readonly Column<Delivery>[] = [
  { header: 'When', cell: ({ createdAt }) => <When at={createdAt} /> },
  { header: 'What', cell: ({ title }) => <Text size="sm">{title}</Text> },
  {
    header: 'State',
    cell: ({ state, attempts, dueAt }) => (
      <>
        <Badge color={looks[state].color} variant="light">
          {attempts === 0 || state !== 'waiting' ? looks[state].label : 'waits for its next attempt'}
        </Badge>{' '}
        {attempts > 0 && dueAt !== undefined && <When at={dueAt} />}
      </>
    ),
  },
  { header: 'Attempts', cell: ({ attempts }) => attempts, align: 'right' },
  {
    header: 'Answer',
    cell: ({ status, errorMessage }) => (
      <Text size="sm">{errorMessage === '' ? (status === 0 ? '–' : String(status)) : errorMessage}</Text>
    ),
  },
];
