import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';

const delayMs = 200;
const width = 320;

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | undefined;
  readonly onChange: (value: string) => void;
}

/** Searches while a person types; `/` goes here. */
export function SearchField({ label, placeholder, value, onChange }: Props) {
  const change = useDebouncedCallback(onChange, delayMs);
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={16} aria-hidden />}
      defaultValue={value ?? ''}
      onChange={(event) => change(event.currentTarget.value)}
      w={width}
      maw="100%"
      data-shortcut="search"
    />
  );
}
