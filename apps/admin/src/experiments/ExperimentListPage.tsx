import { Button, Checkbox, Group, SegmentedControl, Select } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { experimentsQuery } from '../api/queries.ts';
import { DataTable } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { ExperimentNavigation } from '../parts/ExperimentNavigation.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { experimentColumns } from './list/experiment-columns.tsx';
import { experimentKinds, experimentStates, kindLabels, stateLabels } from './list/experiment-filters.ts';

export function ExperimentListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/experiments' });
  const mayWrite = useCan()('experiment.write');
  const experiments = useInfiniteQuery({ ...experimentsQuery(scope, search), placeholderData: keepPreviousData });
  const total = experiments.data?.pages[0]?.total;
  return (
    <>
      <PageHeader
        title="Experiments"
        detail={total === undefined ? ' ' : `${total} ${total === 1 ? 'experiment' : 'experiments'} in this environment`}
        actions={mayWrite && <NewButton label="New experiment" />}
      />
      <ExperimentNavigation current="experiments" />
      <Filters />
      <Loaded query={experiments}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoExperiments isFiltered={Object.values(search).some((value) => value !== undefined)} mayWrite={mayWrite} />
          ) : (
            <DataTable
              label="Experiments"
              columns={experimentColumns}
              rows={pages.flatMap(({ items }) => items)}
              rowKey={({ id }) => id}
              minWidth={900}
            />
          )
        }
      </Loaded>
      <ShowMore query={experiments} />
    </>
  );
}

function NewButton({ label }: { readonly label: string }) {
  const scope = useScope();
  return (
    <Button
      leftSection={<IconPlus size={16} aria-hidden />}
      data-shortcut="create"
      renderRoot={(props) => <Link {...props} to="/projects/$project/$environment/new-experiment" params={scope} />}
    >
      {label}
    </Button>
  );
}

/** Each in the address, so that a filtered list can be sent to somebody. */
function Filters() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/experiments' });
  const navigate = useNavigate();
  const setSearch = (change: typeof search): void =>
    void navigate({
      to: '/projects/$project/$environment/experiments',
      params: scope,
      search: { ...search, ...change },
      replace: true,
    });
  return (
    <Group mb="md">
      <SearchField
        label="Search experiments"
        placeholder="Search by key or name"
        value={search.q}
        onChange={(q) => setSearch({ q })}
      />
      <SegmentedControl
        aria-label="State"
        data={[{ value: 'all', label: 'All' }, ...experimentStates.map((value) => ({ value, label: stateLabels[value] }))]}
        value={search.state ?? 'all'}
        onChange={(value) => setSearch({ state: experimentStates.find((known) => known === value) })}
      />
      <Select
        aria-label="Kind"
        w={150}
        allowDeselect={false}
        data={[{ value: 'all', label: 'Both kinds' }, ...experimentKinds.map((value) => ({ value, label: kindLabels[value] }))]}
        value={search.kind ?? 'all'}
        onChange={(value) => setSearch({ kind: experimentKinds.find((known) => known === value) })}
      />
      <Checkbox
        label="Archived"
        checked={search.archived === 'true'}
        onChange={(event) => setSearch({ archived: event.currentTarget.checked ? 'true' : undefined })}
      />
    </Group>
  );
}

function NoExperiments({ isFiltered, mayWrite }: { readonly isFiltered: boolean; readonly mayWrite: boolean }) {
  if (isFiltered) return <EmptyState title="Nothing matches">No experiment here is like that.</EmptyState>;
  return (
    <EmptyState title="No experiments here yet" action={mayWrite && <NewButton label="Create the first experiment" />}>
      An experiment compares the variants that a flag gives out by chance, and says what each does to your metrics.
    </EmptyState>
  );
}
