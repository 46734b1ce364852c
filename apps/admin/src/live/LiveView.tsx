import { Alert, Badge, Button, Group, SegmentedControl, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { useScope } from '../shell/use-scope.ts';
import { ItemDrawer } from './ItemDrawer.tsx';
import { liveOutcomes, liveTypes, type LiveItem } from './live-stream.ts';
import { Rejections } from './Rejections.tsx';
import { nameOf, useLiveItems, type LiveState } from './use-live-items.ts';

const clock = new Intl.DateTimeFormat('en', { timeStyle: 'medium' });
const number = new Intl.NumberFormat('en');

/** What comes into the environment, as it comes. */
export function LiveView() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/metrics' });
  const navigate = useNavigate();
  const [isPaused, setPaused] = useState(false);
  const [shown, show] = useState<LiveItem>();
  const { item: type, key, unit, outcome, code } = search;
  const state = useLiveItems({ type, key, unit, outcome, code }, isPaused);
  const filter = (change: Partial<typeof search>): void =>
    void navigate({
      to: '/projects/$project/$environment/metrics',
      params: scope,
      search: { ...search, ...change, tab: 'live' },
      replace: true,
    });
  return (
    <Stack>
      <Group align="flex-end">
        <SegmentedControl
          aria-label="Type"
          data={[
            { value: '', label: 'All' },
            { value: 'event', label: 'Events' },
            { value: 'exposure', label: 'Exposures' },
            { value: 'identify', label: 'Links' },
          ]}
          value={type ?? ''}
          onChange={(next) => filter({ item: liveTypes.find((name) => name === next) })}
        />
        <SegmentedControl
          aria-label="Outcome"
          data={[
            { value: '', label: 'Any outcome' },
            { value: 'accepted', label: 'Accepted' },
            { value: 'quarantined', label: 'Kept aside' },
            { value: 'rejected', label: 'Refused' },
          ]}
          value={outcome ?? ''}
          onChange={(next) => filter({ outcome: liveOutcomes.find((name) => name === next) })}
        />
        <SearchField
          label="Key"
          placeholder="Event or flag"
          value={key}
          onChange={(next) => filter({ key: next === '' ? undefined : next })}
        />
        <TextInputLater
          label="Unit"
          placeholder="Context key, as stored"
          value={unit}
          onChange={(next) => filter({ unit: next })}
        />
        <Button
          variant="default"
          leftSection={isPaused ? <IconPlayerPlay size={16} aria-hidden /> : <IconPlayerPause size={16} aria-hidden />}
          aria-pressed={isPaused}
          onClick={() => setPaused(!isPaused)}
        >
          {isPaused ? 'Go on' : 'Pause'}
        </Button>
      </Group>
      <Group gap="xs">
        {code !== undefined && (
          <Button size="compact-sm" variant="default" onClick={() => filter({ code: undefined })}>
            Only {code}: show all
          </Button>
        )}
        <Connection state={state} isPaused={isPaused} />
      </Group>
      {state.items.length === 0 ? (
        <EmptyState title="Nothing yet">
          What SDKs send appears here within two seconds, beginning with the last minute.
        </EmptyState>
      ) : (
        <DataTable label="Items that came in" columns={columnsFor(show)} rows={state.items} rowKey={nameOf} />
      )}
      <Rejections onChoose={(chosen) => filter({ code: chosen, outcome: 'rejected' })} />
      <ItemDrawer item={shown} onClose={() => show(undefined)} />
    </Stack>
  );
}

interface TextInputLaterProps {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onChange: (next: string | undefined) => void;
}

/** Takes effect with Enter or when it is left: each change is a new stream. */
function TextInputLater({ label, placeholder, value, onChange }: TextInputLaterProps) {
  const commit = (text: string): void => onChange(text === '' ? undefined : text);
  return (
    <TextInput
      key={value}
      aria-label={label}
      placeholder={placeholder}
      defaultValue={value}
      onBlur={(event) => event.currentTarget.value !== (value ?? '') && commit(event.currentTarget.value)}
      onKeyDown={(event) => event.key === 'Enter' && commit(event.currentTarget.value)}
    />
  );
}

function Connection({ state, isPaused }: { readonly state: LiveState; readonly isPaused: boolean }) {
  if (state.connection === 'refused')
    return (
      <Alert color="red" role="alert">
        {state.detail}
      </Alert>
    );
  const words = isPaused
    ? 'Paused'
    : { connecting: 'Connecting …', open: 'Live', waiting: `Waiting: ${state.detail}` }[state.connection];
  return (
    <>
      <Badge color={!isPaused && state.connection === 'open' ? 'green' : 'gray'} variant="light" role="status" tt="none">
        {words}
      </Badge>
      {state.leftOut > 0 && (
        <Text size="sm">{number.format(state.leftOut)} more came than can be shown: filter to see them.</Text>
      )}
    </>
  );
}

function columnsFor(show: (item: LiveItem) => void): readonly Column<LiveItem>[] {
  return [
    { header: 'Arrived', cell: ({ acceptedAt }) => clock.format(new Date(acceptedAt)), width: 110 },
    {
      header: 'What',
      cell: (item) => (
        <UnstyledButton onClick={() => show(item)} fw={600}>
          {item.type === '' ? 'item' : item.type} {item.key}
          {item.variant !== '' && ` → ${item.variant}`}
        </UnstyledButton>
      ),
    },
    { header: 'Outcome', cell: (item) => <Outcome item={item} /> },
    {
      header: 'Units',
      cell: ({ units }) =>
        Object.entries(units)
          .map(([kind, unit]) => `${kind} ${unit}`)
          .join(', '),
    },
    {
      header: 'Value',
      cell: ({ type, outcome, value }) => (type === 'event' && outcome !== 'rejected' ? number.format(value) : ''),
      align: 'right',
    },
    { header: 'SDK', cell: ({ sdk, sdkVersion }) => `${sdk} ${sdkVersion}`.trim() },
  ];
}

function Outcome({ item }: { readonly item: LiveItem }) {
  if (item.outcome === 'accepted') return <Text size="sm">accepted</Text>;
  if (item.outcome === 'quarantined')
    return (
      <Badge color="yellow" variant="light" miw="max-content">
        kept aside
      </Badge>
    );
  return (
    <Group gap={6}>
      <Badge color="red" variant="light" miw="max-content">
        {item.code}
      </Badge>
      {item.items > 1 && <Text size="sm">{number.format(item.items)} alike</Text>}
    </Group>
  );
}
