import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRotate } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { RestartDialog } from './RestartDialog.tsx';

export function RestartButton({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const [asking, { open, close }] = useDisclosure();
  return (
    <>
      <Button variant="default" leftSection={<IconRotate size={16} aria-hidden />} onClick={open}>
        Restart
      </Button>
      {asking && <RestartDialog experiment={experiment} onClose={close} />}
    </>
  );
}
