import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';

interface Props {
  /** Such as “the key Web servers”. */
  readonly what: string;
  readonly verb?: string;
  readonly revoke: {
    readonly mutate: (variables: void, options: { readonly onSuccess: () => void }) => void;
    readonly isPending: boolean;
    readonly error: unknown;
    readonly reset: () => void;
  };
  /** What will happen. */
  readonly children: ReactNode;
}

/** Takes something away for good, after asking. */
export function RevokeButton({ what, verb = 'Revoke', revoke, children }: Props) {
  const [asking, { open, close }] = useDisclosure();
  const cancel = (): void => {
    revoke.reset();
    close();
  };
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`${verb} ${what}`}>
        {verb}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={cancel}
        title={`${verb} ${what}?`}
        confirmLabel={verb}
        isDestructive
        onConfirm={() => revoke.mutate(undefined, { onSuccess: close })}
        isPending={revoke.isPending}
        error={revoke.error}
      >
        <Text size="sm">{children}</Text>
      </ConfirmDialog>
    </>
  );
}
