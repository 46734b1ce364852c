import { Text } from '@mantine/core';

/** The name of a thing and, below, the key by which programs and addresses name it. */
export function NameCell({ name, key: itemKey }: { readonly name: string; readonly key: string }) {
  return (
    <>
      <Text fw={600}>{name}</Text>
      <Text size="xs" c="dimmed" ff="monospace">
        {itemKey}
      </Text>
    </>
  );
}
