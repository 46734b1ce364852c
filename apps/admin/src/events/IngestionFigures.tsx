import { Alert, Group, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { ingestionQuery } from '../api/queries.ts';
import { useScope } from '../shell/use-scope.ts';

const counted = new Intl.NumberFormat('en');

/** What became of the items that the environment sent lately, and whether it sends more than it may. */
export function IngestionFigures() {
  const { data } = useQuery(ingestionQuery(useScope()));
  // A figure on the side: where it can't be told, the page is none the worse.
  if (data === undefined) return null;
  const { lastHour, lastMinute, waiting, itemsPerSecond } = data;
  return (
    <>
      {lastHour.limited > 0 && (
        <Alert color="yellow" title="Too many items" mb="md" role="status">
          {counted.format(lastHour.limited)} items of the last hour were refused, because this environment may send{' '}
          {counted.format(itemsPerSecond)} per second. SDKs send them again; others should.
        </Alert>
      )}
      <Group gap="lg" mb="sm" role="group" aria-label="Items sent lately">
        <Figure label="this minute" value={lastMinute.accepted} />
        <Figure label="in the last hour" value={lastHour.accepted} />
        <Figure label="rejected" value={lastHour.rejected} />
        <Figure label="on their way" value={waiting} />
        <Figure label="per second at most" value={itemsPerSecond} />
      </Group>
      <Text size="xs" c="dimmed" mb="sm">
        Counted by the replica of event-service that answered. Where several run, each counts by itself and takes as many per
        second.
      </Text>
    </>
  );
}

function Figure({ label, value }: { readonly label: string; readonly value: number }) {
  return (
    <Text size="sm" c="dimmed">
      <Text span fw={600} c="var(--mantine-color-text)">
        {counted.format(value)}
      </Text>{' '}
      {label}
    </Text>
  );
}
