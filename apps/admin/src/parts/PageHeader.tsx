import { Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';

export function PageHeader({
  title,
  detail,
  actions,
}: {
  readonly title: string;
  readonly detail?: ReactNode;
  readonly actions?: ReactNode;
}) {
  useDocumentTitle(`${title} · Stitchd`);
  return (
    <Group justify="space-between" align="flex-start" mb="lg">
      <Stack gap={2}>
        <Title order={1} size="h2">
          {title}
        </Title>
        {detail !== undefined && (
          <Text c="dimmed" size="sm" component="div">
            {detail}
          </Text>
        )}
      </Stack>
      {actions}
    </Group>
  );
}
