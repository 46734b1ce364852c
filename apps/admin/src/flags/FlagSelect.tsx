import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { flagsQuery } from '../api/queries.ts';
import { useScope } from '../shell/use-scope.ts';

const delayMs = 200;

interface Props {
  readonly label: string;
  readonly required?: boolean;
  readonly disabled?: boolean;
  readonly value: string | null;
  readonly error?: ReactNode;
  readonly onChange: (key: string | null) => void;
}

/** One of the project's flags, searched on the server: there may be thousands. */
export function FlagSelect(props: Props) {
  const { project } = useScope();
  const [typed, setTyped] = useState('');
  // What was chosen stands in the field as text, and must not narrow the next search.
  const [q] = useDebouncedValue(typed === props.value ? '' : typed, delayMs);
  const flags = useInfiniteQuery({ ...flagsQuery(project, { q }), placeholderData: keepPreviousData });
  const keys = flags.data?.pages[0]?.items.map(({ key }) => key) ?? [];
  return (
    <Select
      {...props}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      data={props.value === null || keys.includes(props.value) ? keys : [props.value, ...keys]}
      filter={({ options }) => options}
      nothingFoundMessage={flags.isPending ? 'Loading' : 'No such flag'}
    />
  );
}
