import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { segmentsQuery } from '../api/queries.ts';
import { conditionSentence } from '../flags/sentences.ts';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { SearchField } from '../parts/SearchField.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { NewSegmentDialog } from './NewSegmentDialog.tsx';
import { UsedBy } from './UsedBy.tsx';

export function SegmentListPage() {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/segments' });
  const navigate = useNavigate();
  const [creating, { open, close }] = useDisclosure();
  const mayCreate = useCan()('segment.write');
  const segments = useInfiniteQuery({ ...segmentsQuery(scope, search), placeholderData: keepPreviousData });
  const total = segments.data?.pages[0]?.total;
  return (
    <>
      <PageHeader
        title="Segments"
        detail={total === undefined ? ' ' : `${total} ${total === 1 ? 'segment' : 'segments'} in this environment`}
        actions={
          mayCreate && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={open} data-shortcut="create">
              New segment
            </Button>
          )
        }
      />
      <Group mb="md">
        <SearchField
          label="Search segments"
          placeholder="Search by key or name"
          value={search.q}
          onChange={(q) =>
            void navigate({ to: '/projects/$project/$environment/segments', params: scope, search: { q }, replace: true })
          }
        />
      </Group>
      <Loaded query={segments}>
        {({ pages }) =>
          pages[0]?.items.length === 0 ? (
            <NoSegments q={search.q} create={mayCreate ? open : undefined} />
          ) : (
            <DataTable label="Segments" columns={columns} rows={pages.flatMap(({ items }) => items)} rowKey={({ id }) => id} />
          )
        }
      </Loaded>
      <ShowMore query={segments} />
      <NewSegmentDialog opened={creating} onClose={close} />
    </>
  );
}

function NoSegments({ q, create }: { readonly q: string | undefined; readonly create: (() => void) | undefined }) {
  if (q !== undefined) return <EmptyState title="Nothing matches">No segment has “{q}” in its key or name.</EmptyState>;
  return (
    <EmptyState title="No segments here yet" action={create && <Button onClick={create}>Create the first segment</Button>}>
      A segment names a group of people once, so that the rules of many flags can use it.
    </EmptyState>
  );
}

const columns: readonly Column<Schemas['Segment']>[] = [
  {
    header: 'Segment',
    cell: ({ name, key }) => (
      <>
        <Text fw={600}>{name}</Text>
        <Text size="xs" c="dimmed" ff="monospace">
          {key}
        </Text>
      </>
    ),
  },
  { header: 'Who is in it', cell: whoIsInIt },
  { header: 'Used by', cell: ({ usedBy }) => <UsedBy references={usedBy} /> },
  { header: 'Changed', cell: ({ updatedAt, createdAt }) => <When at={updatedAt ?? createdAt} /> },
];

const count = new Intl.NumberFormat('en');

function whoIsInIt({ type, when, contextKind, includedCount, excludedCount }: Schemas['Segment']): string {
  if (type === 'rule') return when === undefined ? 'nobody' : `Whoever’s ${conditionSentence(when)}`;
  const excluded = excludedCount === 0 ? '' : `, without ${count.format(excludedCount)}`;
  return `A list of ${count.format(includedCount)} ${contextKind} ${includedCount === 1 ? 'key' : 'keys'}${excluded}`;
}
