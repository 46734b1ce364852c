import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useCan, type Permission } from '../session/use-can.ts';
import { EmptyState } from './EmptyState.tsx';
import { Loaded } from './Loaded.tsx';
import { PageHeader } from './PageHeader.tsx';
import { SearchField } from './SearchField.tsx';
import { ShowMore } from './ShowMore.tsx';

interface Page<Item> {
  readonly items: readonly Item[];
}

interface Props<Item> {
  /** Of many, such as `Layers`. */
  readonly title: string;
  /** Of one, such as `layer`. */
  readonly noun: string;
  readonly detail: string;
  readonly navigation?: ReactNode;
  readonly query: UseInfiniteQueryResult<InfiniteData<Page<Item>>>;
  readonly searched: string | undefined;
  readonly onSearch: (q: string | undefined) => void;
  /** Whether anything beside the search narrows the list. */
  readonly isFiltered?: boolean;
  readonly filters?: ReactNode;
  /** What they are for, where there is none yet. */
  readonly purpose: string;
  readonly mayCreate: Permission;
  readonly dialog: (opened: boolean, close: () => void) => ReactNode;
  readonly children: (items: readonly Item[]) => ReactNode;
}

/** Things of one sort: searched, shown page by page, and made in a dialog by those who may. */
export function ListPage<Item>(props: Props<Item>) {
  const { title, noun, detail, navigation, query, searched, onSearch, filters, mayCreate, dialog, children } = props;
  const [creating, { open, close }] = useDisclosure();
  const create = useCan()(mayCreate) ? open : undefined;
  return (
    <>
      <PageHeader
        title={title}
        detail={detail}
        actions={
          create && (
            <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={create} data-shortcut="create">
              New {noun}
            </Button>
          )
        }
      />
      {navigation}
      <Group mb="md">
        <SearchField
          label={`Search ${title.toLowerCase()}`}
          placeholder="Search by key or name"
          value={searched}
          onChange={onSearch}
        />
        {filters}
      </Group>
      <Loaded query={query}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return items.length === 0 ? <Nothing {...props} create={create} /> : children(items);
        }}
      </Loaded>
      <ShowMore query={query} />
      {dialog(creating, close)}
    </>
  );
}

type NothingProps = Pick<Props<never>, 'title' | 'noun' | 'purpose' | 'searched' | 'isFiltered'> & {
  readonly create: (() => void) | undefined;
};

function Nothing({ title, noun, purpose, searched, isFiltered = false, create }: NothingProps) {
  if (isFiltered || (searched !== undefined && searched !== ''))
    return <EmptyState title="Nothing matches">No {noun} here is like that.</EmptyState>;
  return (
    <EmptyState
      title={`No ${title.toLowerCase()} here yet`}
      action={create && <Button onClick={create}>Create the first {noun}</Button>}
    >
      {purpose}
    </EmptyState>
  );
}
