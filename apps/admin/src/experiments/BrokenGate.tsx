import { Alert, Button, Text } from '@mantine/core';
import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Loaded } from '../parts/Loaded.tsx';

interface Props {
  /** Whether somebody asked to see them; it is in the address, so that who follows it sees the same warning. */
  readonly isShown: boolean;
  readonly onShow: () => void;
  /** Of which results: who sees them anyway says so once for each. */
  readonly name: readonly string[];
  /** Writes into the activity that they are looked at. */
  readonly record: () => Promise<unknown>;
  readonly children: ReactNode;
}

/** Lifts of broken data are shown on request only, never without the warning, and not before it is written down who looks. */
export function BrokenGate({ isShown, onShow, name, record, children }: Props) {
  return (
    <>
      <Alert color="red" title="Don’t use these results" role="alert">
        <Text size="sm">
          Something decides who is counted, so no lift can be trusted, whichever way it points. The health checks say what it is
          and what to do.
        </Text>
        {!isShown && (
          <>
            <Button mt="sm" size="xs" variant="default" leftSection={<IconEye size={14} aria-hidden />} onClick={onShow}>
              Show them anyway
            </Button>
            <Text size="xs" mt={4}>
              It is written into the activity that you looked.
            </Text>
          </>
        )}
      </Alert>
      {isShown && (
        <Recorded name={name} record={record}>
          {children}
        </Recorded>
      )}
    </>
  );
}

function Recorded({ name, record, children }: Pick<Props, 'name' | 'record' | 'children'>) {
  const recorded = useQuery({
    queryKey: ['shown-anyway', ...name],
    queryFn: async () => {
      await record();
      return true;
    },
    staleTime: Infinity,
    gcTime: Infinity,
  });
  return <Loaded query={recorded}>{() => children}</Loaded>;
}
