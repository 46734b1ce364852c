import { Alert, Badge, Button, Code, Group, Stack, Table, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { eventQuery, eventVolumesQuery, quarantineQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { ArchiveButton } from '../parts/ArchiveButton.tsx';
import { QuarantineLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { EventDialog } from './EventDialog.tsx';
import { valueTypeNames } from './event-values.ts';

interface Props {
  readonly event: Schemas['EventDefinition'];
}

export function EventPage() {
  const { project } = useScope();
  const { event: key } = useParams({ from: '/signed-in/projects/$project/$environment/metrics/events/$event' });
  const event = useQuery(eventQuery(project, key));
  return <Loaded query={event}>{(loaded) => <EventView event={loaded} />}</Loaded>;
}

function EventView({ event }: Props) {
  const [editing, { open, close }] = useDisclosure();
  const mayWrite = useCan()('event.write');
  return (
    <>
      <PageHeader
        title={event.name}
        detail={
          <Group gap="xs">
            <Code>{event.key}</Code>
            <Badge variant="default">{valueTypeNames[event.valueType]}</Badge>
            {event.archived && <Badge color="red">archived</Badge>}
            <span>{event.description}</span>
          </Group>
        }
        actions={
          mayWrite && (
            <Group gap="xs">
              <ArchiveEvent event={event} />
              <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
                Change
              </Button>
            </Group>
          )
        }
      />
      <Stack>
        <Definition event={event} />
        <Section title="Properties">
          {event.propertiesSchema === undefined ? (
            <Text size="sm">Any properties are taken.</Text>
          ) : (
            <Code block tabIndex={0} aria-label="JSON Schema">
              {JSON.stringify(event.propertiesSchema, undefined, 2)}
            </Code>
          )}
        </Section>
        <Arrived event={event} />
      </Stack>
      <EventDialog key={event.version} opened={editing} onClose={close} event={event} />
    </>
  );
}

function Definition({ event }: Props) {
  const facts: readonly (readonly [name: string, fact: React.ReactNode])[] = [
    ['Value', valueTypeNames[event.valueType]],
    ['Unit', event.unit || '–'],
    ['Needs the context kinds', event.requiredContexts.join(', ') || 'none'],
    ['Owner', event.owner || '–'],
    ['Changed', <When key="changed" at={event.updatedAt ?? event.createdAt} />],
  ];
  return (
    <Section title="Definition">
      <Table variant="vertical" layout="fixed" aria-label="Definition">
        <Table.Tbody>
          {facts.map(([name, fact]) => (
            <Table.Tr key={name}>
              <Table.Th w={220}>{name}</Table.Th>
              <Table.Td>{fact}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Section>
  );
}

function Arrived({ event }: Props) {
  const scope = useScope();
  const volumes = useQuery(eventVolumesQuery(scope));
  const quarantine = useQuery(quarantineQuery(scope));
  const aside = quarantine.data?.find(({ eventKey }) => eventKey === event.key);
  return (
    <Section title="What has arrived in this environment">
      <Loaded query={volumes}>
        {(rows) => {
          const volume = rows.find(({ eventKey }) => eventKey === event.key);
          if (volume === undefined) return <Text size="sm">Nothing within 7 days.</Text>;
          return (
            <Text size="sm">
              {volume.lastDay.toLocaleString('en')} within 24 hours, {volume.lastWeek.toLocaleString('en')} within 7 days, the
              last one <When at={volume.lastSeen} />.
            </Text>
          );
        }}
      </Loaded>
      {aside !== undefined && (
        <Alert color="yellow" mt="sm" title={`${aside.items.toLocaleString('en')} are kept aside`}>
          They came before it was defined. {aside.unfit > 0 && `${aside.unfit.toLocaleString('en')} do not fit the definition. `}
          <QuarantineLink event={event.key}>Look at them</QuarantineLink>
        </Alert>
      )}
    </Section>
  );
}

function ArchiveEvent({ event }: Props) {
  const { project } = useScope();
  return (
    <ArchiveButton
      thing={event}
      isArchived={event.archived}
      consequence={
        event.archived
          ? 'Events of this key are taken again, in every environment.'
          : 'From now on every environment refuses events of this key. What has arrived stays, and metrics go on reading it.'
      }
      save={(archived) =>
        answered(
          api.PATCH('/v1/projects/{project}/events/{event}', {
            params: { path: { project, event: event.key }, header: { 'If-Match': `"${event.version}"` } },
            body: { archived },
          }),
        )
      }
      refresh={() => queryClient.invalidateQueries({ queryKey: ['events', project] })}
    />
  );
}
