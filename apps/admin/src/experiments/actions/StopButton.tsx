import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerStop } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { StopDialog } from './StopDialog.tsx';

export function StopButton({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const [asking, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconPlayerStop size={16} aria-hidden />} onClick={open}>
        Stop
      </Button>
      {asking && <StopDialog experiment={experiment} onClose={close} />}
    </>
  );
}
