import { Group, Select, Stack } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { auditQuery } from '../api/queries.ts';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { useScope } from '../shell/use-scope.ts';
import { AuditTable } from './AuditTable.tsx';

/** As the audit names them. */
const kinds = [
  { value: 'flag', label: 'Flags' },
  { value: 'segment', label: 'Segments' },
  { value: 'experiment', label: 'Experiments' },
  { value: 'metric', label: 'Metrics' },
  { value: 'event', label: 'Events' },
  { value: 'environment', label: 'Environments' },
  { value: 'project', label: 'Projects' },
  { value: 'sdk-key', label: 'SDK keys' },
  { value: 'api-token', label: 'API tokens' },
  { value: 'member', label: 'Members' },
  { value: 'session', label: 'Sign-ins' },
  { value: 'organisation', label: 'Organisation' },
];

/** Everything that was changed in the organisation, by whom, the latest first. */
export function ActivityPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/activity' });
  const navigate = useNavigate();
  const entries = useInfiniteQuery({ ...auditQuery(search), placeholderData: keepPreviousData });
  const setSearch = (next: typeof search): void =>
    void navigate({ to: '/projects/$project/$environment/activity', params: scope, search: next, replace: true });
  return (
    <>
      <PageHeader title="Activity" detail="Everything that was changed in the organisation, the latest first." />
      <Group mb="md">
        <SearchField
          label="Search activity"
          placeholder="Search by action, key or person"
          value={search.q}
          onChange={(q) => setSearch({ ...search, q })}
        />
        <Select
          aria-label="Kind of thing"
          placeholder="Everything"
          clearable
          clearButtonProps={{ 'aria-label': 'Show everything' }}
          data={kinds}
          value={search.kind ?? null}
          onChange={(kind) => setSearch({ ...search, kind: kind ?? undefined })}
        />
      </Group>
      <Loaded query={entries}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <EmptyState title="Nothing matches">No change is like that.</EmptyState>
          ) : (
            <Stack gap={0}>
              <AuditTable entries={pages.flatMap(({ items }) => items)} />
            </Stack>
          )
        }
      </Loaded>
      <ShowMore query={entries} />
    </>
  );
}
