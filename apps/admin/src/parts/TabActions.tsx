import { Group } from '@mantine/core';

/** What can be done on one tab of a page, above what the tab shows. */
export function TabActions({ children }: { readonly children: React.ReactNode }) {
  return (
    <Group justify="flex-end" mb="md">
      {children}
    </Group>
  );
}
