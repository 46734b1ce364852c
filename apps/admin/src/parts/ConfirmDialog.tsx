import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { ProblemDetail } from '../api/show-problem.tsx';

interface Props {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly confirmLabel: string;
  readonly cancelLabel?: string;
  /** Whether something ends that can't be begun again. */
  readonly isDestructive?: boolean;
  readonly onConfirm: () => void;
  readonly isPending: boolean;
  /** Whether something has yet to be chosen. */
  readonly isIncomplete?: boolean;
  /** Why it did not work; null: nothing went wrong. */
  readonly error: unknown;
  /** What the page shows of the thing that changes. */
  readonly seen?: unknown;
  readonly children: ReactNode;
}

/** Says what will happen, then asks. */
export function ConfirmDialog(props: Props) {
  const {
    opened,
    onClose,
    title,
    confirmLabel,
    cancelLabel = 'Cancel',
    isDestructive,
    onConfirm,
    isPending,
    isIncomplete,
    error,
    seen,
    children,
  } = props;
  return (
    <Modal opened={opened} onClose={onClose} title={title} centered>
      <Stack>
        {children}
        {error !== null && (
          <Alert color="red" title="That did not work" role="alert">
            <ProblemDetail error={error} seen={seen} />
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {cancelLabel}
          </Button>
          <Button color={isDestructive ? 'red' : undefined} loading={isPending} disabled={isIncomplete} onClick={onConfirm}>
            {confirmLabel}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
