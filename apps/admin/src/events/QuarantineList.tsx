import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { eventsQuery, quarantineQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { QuarantineLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { EventDialog } from './EventDialog.tsx';

type Quarantined = Schemas['QuarantinedEvents'];

/** What was sent and nobody has defined. */
export function QuarantineList() {
  const scope = useScope();
  const quarantine = useQuery(quarantineQuery(scope));
  const events = useQuery(eventsQuery(scope.project));
  const mayDefine = useCan()('event.write');
  const [defining, setDefining] = useState<string>();
  const isDefined = (key: string): boolean => events.data?.some((event) => event.key === key) === true;
  const columns: readonly Column<Quarantined>[] = [
    { header: 'Key', cell: ({ eventKey }) => <QuarantineLink event={eventKey} /> },
    { header: 'Items', align: 'right', cell: ({ items }) => items.toLocaleString('en') },
    { header: 'Refused by the definition', align: 'right', cell: ({ unfit }) => unfit.toLocaleString('en') },
    { header: 'First seen', cell: ({ firstSeen }) => <When at={firstSeen} /> },
    { header: 'Last seen', cell: ({ lastSeen }) => <When at={lastSeen} /> },
    {
      header: 'Action',
      align: 'right',
      cell: ({ eventKey }) =>
        mayDefine &&
        !isDefined(eventKey) && (
          <Button size="xs" variant="light" aria-label={`Define ${eventKey}`} onClick={() => setDefining(eventKey)}>
            Define
          </Button>
        ),
    },
  ];
  return (
    <Section title="Kept aside">
      <Text size="sm" c="dimmed" mb="sm">
        What arrived under a key that nobody has defined is kept for 7 days. Define it, and it counts as if it had been defined
        from the start.
      </Text>
      <Loaded query={quarantine}>
        {(rows) =>
          rows.length === 0 ? (
            <Text size="sm">Nothing is kept aside.</Text>
          ) : (
            <DataTable label="Undefined events" columns={columns} rows={rows} rowKey={({ eventKey }) => eventKey} />
          )
        }
      </Loaded>
      <EventDialog
        key={defining}
        opened={defining !== undefined}
        onClose={() => setDefining(undefined)}
        {...(defining !== undefined && { eventKey: defining })}
      />
    </Section>
  );
}
