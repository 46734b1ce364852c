import { SegmentedControl, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { percentText } from '../layers/percent-text.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { HoldoutLink } from '../parts/links.tsx';
import { ListPage } from '../parts/ListPage.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';
import { HoldoutBadge } from './HoldoutBadge.tsx';
import { holdoutsQuery, holdoutStates } from './holdout-queries.ts';
import { NewHoldoutDialog } from './NewHoldoutDialog.tsx';

const stateLabels = { draft: 'Draft', running: 'Running', ended: 'Ended' } as const;

export function HoldoutListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/holdouts' });
  const navigate = useNavigate();
  const setSearch = (change: typeof search): void =>
    void navigate({
      to: '/projects/$project/$environment/holdouts',
      params: scope,
      search: { ...search, ...change },
      replace: true,
    });
  return (
    <ListPage
      title="Holdouts"
      noun="holdout"
      detail="Units that experiments do not reach, to measure what all of them do together."
      navigation={<ExperimentNavigation current="holdouts" />}
      query={useInfiniteQuery({ ...holdoutsQuery(scope, search), placeholderData: keepPreviousData })}
      searched={search.q}
      onSearch={(q) => setSearch({ q })}
      isFiltered={search.state !== undefined}
      filters={
        <SegmentedControl
          aria-label="State"
          data={[{ value: 'all', label: 'All' }, ...holdoutStates.map((value) => ({ value, label: stateLabels[value] }))]}
          value={search.state ?? 'all'}
          onChange={(value) => setSearch({ state: holdoutStates.find((known) => known === value) })}
        />
      }
      purpose="Each experiment says what one change does. A holdout says what all of them did: a small share of units that none of them reaches, compared with everybody else."
      mayCreate="experiment.write"
      dialog={(opened, close) => <NewHoldoutDialog opened={opened} onClose={close} />}
    >
      {(holdouts) => <DataTable label="Holdouts" columns={columns} rows={holdouts} rowKey={({ id }) => id} />}
    </ListPage>
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
