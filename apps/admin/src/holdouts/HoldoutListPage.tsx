import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { percentText } from '../layers/percent-text.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { HoldoutLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { HoldoutBadge } from './HoldoutBadge.tsx';
import { holdoutsQuery, holdoutStates } from './holdout-queries.ts';
import { NewHoldoutDialog } from './NewHoldoutDialog.tsx';

const stateLabels = { draft: 'Draft', running: 'Running', ended: 'Ended' } as const;

export function HoldoutListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/holdouts' });
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('experiment.write');
  const holdouts = useInfiniteQuery({ ...holdoutsQuery(scope, search), placeholderData: keepPreviousData });
  const setSearch = (change: typeof search): void =>
    void navigate({
      to: '/projects/$project/$environment/holdouts',
      params: scope,
      search: { ...search, ...change },
      replace: true,
    });
  return (
    <>
      <PageHeader
        title="Holdouts"
        detail="Units that experiments do not reach, to measure what all of them do together."
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
              New holdout
            </Button>
          )
        }
      />
      <ExperimentNavigation current="holdouts" />
      <Group mb="md">
        <SearchField
          label="Search holdouts"
          placeholder="Search by key or name"
          value={search.q}
          onChange={(q) => setSearch({ q })}
        />
        <SegmentedControl
          aria-label="State"
          data={[{ value: 'all', label: 'All' }, ...holdoutStates.map((value) => ({ value, label: stateLabels[value] }))]}
          value={search.state ?? 'all'}
          onChange={(value) => setSearch({ state: holdoutStates.find((known) => known === value) })}
        />
      </Group>
      <Loaded query={holdouts}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoHoldouts isFiltered={Boolean(search.q) || search.state !== undefined} create={mayWrite ? open : undefined} />
          ) : (
            <DataTable label="Holdouts" columns={columns} rows={pages.flatMap(({ items }) => items)} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
      <ShowMore query={holdouts} />
      <NewHoldoutDialog opened={creating} onClose={close} />
    </>
  );
}

function NoHoldouts({ isFiltered, create }: { readonly isFiltered: boolean; readonly create: (() => void) | undefined }) {
  if (isFiltered) return <EmptyState title="Nothing matches">No holdout here is like that.</EmptyState>;
  return (
    <EmptyState title="No holdouts here yet" action={create && <Button onClick={create}>Create the first holdout</Button>}>
      Each experiment says what one change does. A holdout says what all of them did: a small share of units that none of them
      reaches, compared with everybody else.
    </EmptyState>
  );
}

const columns: readonly Column<Schemas['Holdout']>[] = [
  {
    header: 'Holdout',
    cell: ({ key, name }) => (
      <>
        <HoldoutLink holdout={key}>{name}</HoldoutLink>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  { header: 'State', cell: ({ state }) => <HoldoutBadge state={state} /> },
  {
    header: 'Share',
    align: 'right',
    cell: ({ shareMilliPercent, unitKind }) => `${percentText(shareMilliPercent)} by ${unitKind}`,
  },
  {
    header: 'Covers',
    cell: ({ state, coveredFlagKeys: { length } }) =>
      state === 'running' ? `${length} ${length === 1 ? 'flag' : 'flags'}` : '–',
  },
  { header: 'Started', cell: ({ startedAt }) => <When at={startedAt} /> },
  { header: 'Ends', cell: ({ endedAt, endsAt }) => <When at={endedAt ?? endsAt} /> },
];
