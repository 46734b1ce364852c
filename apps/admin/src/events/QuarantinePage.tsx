import { Button, Code, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { eventsQuery, quarantinedQuery } from '../api/queries.ts';
import { EventLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { Section } from '../parts/Section.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { EventDialog } from './EventDialog.tsx';
import { QuarantineSamples } from './QuarantineSamples.tsx';

export function QuarantinePage() {
  const scope = useScope();
  const { event: eventKey } = useParams({ from: '/signed-in/projects/$project/$environment/metrics/quarantine/$event' });
  const quarantined = useQuery(quarantinedQuery(scope, eventKey));
  const events = useQuery(eventsQuery(scope.project));
  const mayDefine = useCan()('event.write');
  const [defining, { open, close }] = useDisclosure();
  const isDefined = events.data?.some(({ key }) => key === eventKey) === true;
  return (
    <>
      <PageHeader
        title={eventKey}
        detail={
          <Group gap="xs">
            <Code>{eventKey}</Code>
            {isDefined ? <EventLink event={eventKey}>Its definition</EventLink> : 'Nobody has defined this event.'}
          </Group>
        }
        actions={
          mayDefine &&
          !isDefined && (
            <Button onClick={open} data-shortcut="create">
              Define
            </Button>
          )
        }
      />
      <Section title="Kept aside">
        <Loaded query={quarantined}>{(loaded) => <QuarantineSamples quarantined={loaded} isDefined={isDefined} />}</Loaded>
      </Section>
      <EventDialog opened={defining} onClose={close} eventKey={eventKey} />
    </>
  );
}
