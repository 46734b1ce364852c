import { Text } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ConfirmDialog } from '../../parts/ConfirmDialog.tsx';

interface Props<Input> {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly title: string;
  readonly confirmLabel: string;
  readonly isDestructive?: boolean;
  readonly isIncomplete?: boolean;
  readonly action: UseMutationResult<unknown, unknown, Input>;
  readonly input: Input;
  readonly seen: unknown;
  /** What it will do. */
  readonly sentences: readonly string[];
  readonly children?: ReactNode;
}

/** Says what an action will do, takes what it needs to know, and then asks. */
export function ActionDialog<Input>({ onClose, action, input, sentences, children, ...props }: Props<Input>) {
  return (
    <ConfirmDialog
      {...props}
      onClose={() => {
        action.reset();
        onClose();
      }}
      onConfirm={() => action.mutate(input)}
      isPending={action.isPending}
      error={action.error}
    >
      {sentences.map((sentence) => (
        <Text size="sm" key={sentence}>
          {sentence}
        </Text>
      ))}
      {children}
    </ConfirmDialog>
  );
}
