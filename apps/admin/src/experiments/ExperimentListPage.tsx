import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { experimentsQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { ExperimentLink, FlagLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { ChangeStateButton } from './ChangeStateButton.tsx';
import { NewExperimentDialog } from './NewExperimentDialog.tsx';
import { StateBadge } from './StateBadge.tsx';

const states = [
  { value: 'all', label: 'All' },
  { value: 'draft', label: 'Draft' },
  { value: 'running', label: 'Running' },
  { value: 'stopped', label: 'Stopped' },
] as const;

export function ExperimentListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/experiments' });
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure();
  const mayWrite = useCan()('experiment.write');
  const experiments = useInfiniteQuery({ ...experimentsQuery(scope, search), placeholderData: keepPreviousData });
  const setSearch = (next: typeof search): void =>
    void navigate({ to: '/projects/$project/$environment/experiments', params: scope, search: next, replace: true });
  const total = experiments.data?.pages[0]?.total;
  return (
    <>
      <PageHeader
        title="Experiments"
        detail={total === undefined ? ' ' : `${total} ${total === 1 ? 'experiment' : 'experiments'} in this environment`}
        actions={
          mayWrite && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
              New experiment
            </Button>
          )
        }
      />
      <ExperimentNavigation current="experiments" />
      <Group mb="md">
        <SearchField
          label="Search experiments"
          placeholder="Search by key or name"
          value={search.q}
          onChange={(q) => setSearch({ ...search, q })}
        />
        <SegmentedControl
          aria-label="State"
          data={[...states]}
          value={search.state ?? 'all'}
          onChange={(state) => setSearch({ ...search, state: state === 'all' ? undefined : state })}
        />
      </Group>
      <Loaded query={experiments}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoExperiments
              isFiltered={search.q !== undefined || search.state !== undefined}
              create={mayWrite ? open : undefined}
            />
          ) : (
            <DataTable
              label="Experiments"
              columns={mayWrite ? [...columns, stateColumn] : columns}
              rows={pages.flatMap(({ items }) => items)}
              rowKey={({ id }) => id}
            />
          )
        }
      </Loaded>
      <ShowMore query={experiments} />
      <NewExperimentDialog opened={creating} onClose={close} />
    </>
  );
}

function NoExperiments({ isFiltered, create }: { readonly isFiltered: boolean; readonly create: (() => void) | undefined }) {
  if (isFiltered) return <EmptyState title="Nothing matches">No experiment here is like that.</EmptyState>;
  return (
    <EmptyState title="No experiments here yet" action={create && <Button onClick={create}>Create the first experiment</Button>}>
      An experiment compares the variants that a flag gives out by chance, and says what each does to your metrics.
    </EmptyState>
  );
}

type Experiment = Schemas['Experiment'];

const columns: readonly Column<Experiment>[] = [
  {
    header: 'Experiment',
    cell: ({ key, name }) => (
      <>
        <ExperimentLink experiment={key}>{name}</ExperimentLink>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  { header: 'State', cell: ({ state }) => <StateBadge state={state} /> },
  { header: 'Flag', cell: ({ flagKey }) => <FlagLink flag={flagKey} /> },
  { header: 'Primary metric', cell: ({ metrics }) => metrics.find(({ role }) => role === 'primary')?.key ?? '–' },
  { header: 'Started', cell: ({ startedAt }) => <When at={startedAt} /> },
];

const stateColumn: Column<Experiment> = {
  header: 'Start or stop',
  cell: (experiment) => <ChangeStateButton experiment={experiment} compact />,
};
