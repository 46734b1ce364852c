import { Alert, Button, Group, Stack } from '@mantine/core';
import type { ReactNode, SubmitEventHandler } from 'react';
import { ProblemDetail } from '../api/show-problem.tsx';

interface Props {
  readonly onSubmit: SubmitEventHandler<HTMLFormElement>;
  readonly onCancel: () => void;
  readonly submitLabel: string;
  /** Whether something ends that can't be begun again. */
  readonly isDestructive?: boolean;
  /** What did not happen, over the problem that says why. */
  readonly failure: string;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly children: ReactNode;
}

/** The inside of a dialog with a form. It is mounted while the dialog is open, so each time begins empty. */
export function DialogForm({ onSubmit, onCancel, submitLabel, isDestructive, failure, error, isPending, children }: Props) {
  return (
    <form onSubmit={onSubmit} noValidate>
      <Stack>
        {error !== null && (
          <Alert color="red" title={failure} role="alert">
            <ProblemDetail error={error} />
          </Alert>
        )}
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            Cancel
          </Button>
          <Button type="submit" color={isDestructive ? 'red' : undefined} loading={isPending}>
            {submitLabel}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
