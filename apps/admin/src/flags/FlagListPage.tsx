import { Badge, Button, Group, SegmentedControl, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { environmentsQuery, flagsQuery } from '../api/queries.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { FlagLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { LastEvaluated } from '../usage/LastEvaluated.tsx';
import { flagActivityQuery } from '../usage/usage-queries.ts';
import { EnvironmentSwitch } from './EnvironmentSwitch.tsx';
import { NewFlagDialog } from './NewFlagDialog.tsx';

export function FlagListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/flags' });
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure();
  const mayCreate = useCan()('flag.write');
  const flags = useInfiniteQuery({ ...flagsQuery(scope.project, search), placeholderData: keepPreviousData });
  const setSearch = (next: typeof search): void =>
    void navigate({ to: '/projects/$project/$environment/flags', params: scope, search: next, replace: true });
  const total = flags.data?.pages[0]?.total;
  return (
    <>
      <PageHeader
        title="Flags"
        detail={total === undefined ? ' ' : `${total} ${total === 1 ? 'flag' : 'flags'}`}
        actions={
          mayCreate && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
              New flag
            </Button>
          )
        }
      />
      <Group mb="md">
        <SearchField
          label="Search flags"
          placeholder="Search by key or name"
          value={search.q}
          onChange={(q) => setSearch({ ...search, q })}
        />
        <SegmentedControl
          aria-label="State"
          data={[
            { value: 'active', label: 'Active' },
            { value: 'archived', label: 'Archived' },
          ]}
          value={search.state ?? 'active'}
          onChange={(state) => setSearch({ ...search, state: state === 'archived' ? 'archived' : undefined })}
        />
      </Group>
      <Loaded query={flags}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoFlags search={search} create={mayCreate ? open : undefined} />
          ) : (
            <FlagTable flags={pages.flatMap(({ items }) => items)} />
          )
        }
      </Loaded>
      <ShowMore query={flags} />
      <NewFlagDialog opened={creating} onClose={close} />
    </>
  );
}

interface NoFlagsProps {
  readonly search: { readonly q?: string; readonly state?: 'active' | 'archived' };
  readonly create: (() => void) | undefined;
}

function NoFlags({ search, create }: NoFlagsProps) {
  if (search.q !== undefined)
    return <EmptyState title="Nothing matches">No flag has “{search.q}” in its key or name.</EmptyState>;
  if (search.state === 'archived')
    return (
      <EmptyState title="No archived flags">
        A flag that is archived serves its off variant and can be restored from here.
      </EmptyState>
    );
  return (
    <EmptyState title="No flags here yet" action={create && <Button onClick={create}>Create the first flag</Button>}>
      A flag lets you change what your program does without releasing it again.
    </EmptyState>
  );
}

/** Flags whose activity is asked for at once. */
const activityFlags = 50;

function FlagTable({ flags }: { readonly flags: readonly Schemas['Flag'][] }) {
  const scope = useScope();
  const { project } = scope;
  const environments = useQuery(environmentsQuery(project));
  // After the list, which does not wait for it; pages of a long list are asked for by themselves.
  const pages = Array.from({ length: Math.ceil(flags.length / activityFlags) }, (_, page) =>
    flags.slice(page * activityFlags, (page + 1) * activityFlags).map(({ key }) => key),
  );
  const activity = useQueries({ queries: pages.map((keys) => flagActivityQuery(scope, keys)) });
  const active = new Map(activity.flatMap(({ data }) => data?.items ?? []).map((one) => [one.flagKey, one]));
  const columns: readonly Column<Schemas['Flag']>[] = [
    { header: 'Flag', cell: (flag) => <FlagCell flag={flag} /> },
    { header: 'Type', cell: (flag) => flag.type },
    ...(environments.data ?? []).map((environment) => ({
      header: environment.name,
      cell: (flag: Schemas['Flag']) => <EnvironmentSwitch project={project} flag={flag} environment={environment} />,
    })),
    { header: 'Last evaluated', cell: ({ key }) => <LastEvaluated activity={active.get(key)} /> },
    { header: 'Changed', cell: (flag) => <When at={flag.updatedAt ?? flag.createdAt} /> },
  ];
  return <DataTable label="Flags" columns={columns} rows={flags} rowKey={({ id }) => id} />;
}

function FlagCell({ flag }: { readonly flag: Schemas['Flag'] }) {
  return (
    <>
      <FlagLink flag={flag.key}>{flag.name}</FlagLink>
      <Group gap={6}>
        <Text size="xs" c="dimmed" ff="monospace">
          {flag.key}
        </Text>
        {flag.tags.map((tag) => (
          <Badge key={tag} size="xs" variant="default">
            {tag}
          </Badge>
        ))}
      </Group>
    </>
  );
}
