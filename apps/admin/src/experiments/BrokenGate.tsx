import { Alert, Button, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface Props {
  /** Whether somebody asked to see them; it is in the address, so that who follows it sees the same warning. */
  readonly isShown: boolean;
  readonly onShow: () => void;
  readonly children: ReactNode;
}

/** Lifts of broken data are shown on request only, and never without the warning. */
export function BrokenGate({ isShown, onShow, children }: Props) {
  return (
    <>
      <Alert color="red" title="Don’t use these results" role="alert">
        <Text size="sm">
          Something decides who is counted, so no lift can be trusted, whichever way it points. The checks above say what it is
          and what to do.
        </Text>
        {!isShown && (
          <Button mt="sm" size="xs" variant="default" leftSection={<IconEye size={14} aria-hidden />} onClick={onShow}>
            Show them anyway
          </Button>
        )}
      </Alert>
      {isShown && children}
    </>
  );
}
