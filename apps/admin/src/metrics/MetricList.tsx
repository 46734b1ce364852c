import { Button, Group, Select, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { metricDirections, metricTypes } from '@stitchd/core';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { allExperimentsQuery, eventsQuery, metricListQuery, type MetricSearch } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { MetricLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { TabActions } from '../parts/TabActions.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { metricSentence } from './metric-sentence.ts';
import { metricTypeNames, options } from './metric-types.ts';
import { MetricDialog } from './MetricDialog.tsx';

export function MetricList() {
  const scope = useScope();
  const { q, type, event, direction, archived } = useSearch({ from: '/signed-in/projects/$project/$environment/metrics' });
  const search = { q, type, event, direction, archived };
  const metrics = useInfiniteQuery({ ...metricListQuery(scope.project, search), placeholderData: keepPreviousData });
  const experiments = useQuery(allExperimentsQuery(scope));
  const mayCreate = useCan()('metric.write');
  const [creating, { open, close }] = useDisclosure();
  const isFiltered = Object.values(search).some((value) => value !== undefined);
  return (
    <>
      {mayCreate && (
        <TabActions>
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
            New metric
          </Button>
        </TabActions>
      )}
      <Filters search={search} />
      <Loaded query={metrics}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.items);
          if (rows.length > 0)
            return (
              <>
                <DataTable
                  label="Metrics"
                  columns={columns(experiments.data)}
                  rows={rows}
                  rowKey={({ id }) => id}
                  minWidth={820}
                />
                <ShowMore query={metrics} />
              </>
            );
          return isFiltered ? (
            <EmptyState title="No metric fits">Look for something else, or take a filter away.</EmptyState>
          ) : (
            <EmptyState title="No metrics yet" action={mayCreate && <Button onClick={open}>Create the first metric</Button>}>
              A metric is what you want to change for the better, told by events.
            </EmptyState>
          );
        }}
      </Loaded>
      <MetricDialog opened={creating} onClose={close} />
    </>
  );
}

/** Each filter is part of the address. */
function Filters({ search }: { readonly search: MetricSearch }) {
  const scope = useScope();
  const navigate = useNavigate();
  const events = useQuery(eventsQuery(scope.project));
  const change = (changed: Partial<MetricSearch>): void =>
    void navigate({
      to: '/projects/$project/$environment/metrics',
      params: scope,
      search: { ...search, ...changed },
      replace: true,
    });
  return (
    <Group mb="md" gap="xs">
      <SearchField
        label="Search metrics"
        placeholder="Search by key or name"
        value={search.q}
        onChange={(q) => change({ q: q || undefined })}
      />
      <Select
        aria-label="Type"
        placeholder="Any type"
        clearable
        w={150}
        data={options(metricTypeNames)}
        value={search.type ?? null}
        onChange={(type) => change({ type: metricTypes.find((known) => known === type) })}
      />
      <Select
        aria-label="Event"
        placeholder="Any event"
        clearable
        searchable
        w={170}
        data={events.data?.map(({ key, name }) => ({ value: key, label: name })) ?? []}
        value={search.event ?? null}
        onChange={(event) => change({ event: event ?? undefined })}
      />
      <Select
        aria-label="Which way is better"
        placeholder="Either way"
        clearable
        w={150}
        data={[
          { value: 'increase', label: 'More is better' },
          { value: 'decrease', label: 'Less is better' },
        ]}
        value={search.direction ?? null}
        onChange={(direction) => change({ direction: metricDirections.find((known) => known === direction) })}
      />
      <Select
        aria-label="Archived or not"
        allowDeselect={false}
        w={130}
        data={[
          { value: 'live', label: 'In use' },
          { value: 'true', label: 'Archived' },
        ]}
        value={search.archived ?? 'live'}
        onChange={(archived) => change({ archived: archived === 'true' ? 'true' : undefined })}
      />
    </Group>
  );
}

type Row = Schemas['Metric'];

function columns(experiments: readonly Schemas['Experiment'][] | undefined): readonly Column<Row>[] {
  return [
    {
      header: 'Metric',
      cell: ({ key, name }) => (
        <>
          <MetricLink metric={key}>{name}</MetricLink>
          <Text size="xs" c="dimmed" ff="monospace">
            {key}
          </Text>
        </>
      ),
    },
    { header: 'What counts', cell: metricSentence },
    { header: 'Type', cell: ({ type }) => metricTypeNames[type] },
    { header: 'Version', align: 'right', cell: ({ definitionVersion }) => definitionVersion },
    { header: 'Experiments', align: 'right', cell: ({ key }) => usedBy(key, experiments) },
    { header: 'Changed', cell: ({ updatedAt, createdAt }) => <When at={updatedAt ?? createdAt} /> },
  ];
}

function usedBy(key: string, experiments: readonly Schemas['Experiment'][] | undefined): string {
  return experiments === undefined
    ? ''
    : String(experiments.filter(({ metrics }) => metrics.some((metric) => metric.key === key)).length);
}
