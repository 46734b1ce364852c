import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { CopyText } from './CopyText.tsx';

interface Props {
  readonly secret: string;
  readonly what: string;
  readonly children: ReactNode;
  readonly onDone: () => void;
}

/** A secret that nobody sees again, not even the server. */
export function SecretOnce({ secret, what, children, onDone }: Props) {
  return (
    <Stack>
      <Text size="sm">{children}</Text>
      <Alert color="yellow" title="Shown once" role="status">
        <CopyText text={secret} what={what} />
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onDone} data-autofocus>
          I have copied it
        </Button>
      </Group>
    </Stack>
  );
}
