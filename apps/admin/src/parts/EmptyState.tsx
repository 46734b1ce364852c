import { Center, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Why there is nothing, and the one thing to do about it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Center py={60}>
      <Stack align="center" maw={420} ta="center">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text c="dimmed">{children}</Text>
        {action}
      </Stack>
    </Center>
  );
}
