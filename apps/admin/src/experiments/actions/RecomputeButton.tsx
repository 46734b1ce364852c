import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { isComputing } from '../is-computing.ts';
import { useRecompute } from './use-recompute.ts';

interface Props {
  readonly experiment: string;
  readonly job: Schemas['Job'] | undefined;
}

export function RecomputeButton({ experiment, job }: Props) {
  const recompute = useRecompute(experiment);
  const isBusy = recompute.isPending || isComputing(job);
  return (
    <Button
      variant="default"
      leftSection={<IconRefresh size={16} aria-hidden />}
      onClick={() => recompute.mutate()}
      disabled={isBusy}
    >
      {isBusy ? 'Computing' : 'Recompute'}
    </Button>
  );
}
