import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { useScope } from '../shell/use-scope.ts';
import { startSentences, stopSentences } from './state-sentences.ts';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly compact?: boolean;
}

/** Starts a draft or stops what runs, after saying what that will do. */
export function ChangeStateButton({ experiment, compact = false }: Props) {
  const [asking, { open, close }] = useDisclosure();
  const change = useChangeState(experiment, close);
  if (experiment.state !== 'draft' && experiment.state !== 'running') return null;
  const isStart = experiment.state === 'draft';
  const Icon = isStart ? IconPlayerPlay : IconPlayerStop;
  const verb = isStart ? 'Start' : 'Stop';
  return (
    <>
      <Button
        size={compact ? 'compact-sm' : 'sm'}
        variant={isStart && !compact ? 'filled' : 'default'}
        leftSection={<Icon size={16} aria-hidden />}
        onClick={open}
        aria-label={compact ? `${verb} ${experiment.name}` : undefined}
      >
        {verb}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => {
          change.reset();
          close();
        }}
        title={`${verb} ${experiment.name}?`}
        confirmLabel={`${verb} the experiment`}
        isDestructive={!isStart}
        onConfirm={() => change.mutate(isStart ? 'start' : 'stop')}
        isPending={change.isPending}
        error={change.error}
        seen={experiment}
      >
        {(isStart ? startSentences(experiment) : stopSentences(experiment)).map((sentence) => (
          <Text size="sm" key={sentence}>
            {sentence}
          </Text>
        ))}
      </ConfirmDialog>
    </>
  );
}

function useChangeState({ key, version }: Schemas['Experiment'], onDone: () => void) {
  const scope = useScope();
  return useMutation({
    mutationFn: (verb: 'start' | 'stop') => {
      const params = { path: { ...scope, experiment: key }, header: { 'If-Match': `"${version}"` } };
      return answered(
        verb === 'start'
          ? api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/start', { params })
          : api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/stop', { params }),
      );
    },
    meta: { showsItsProblem: true },
    onSuccess: onDone,
    // Also after a refusal: it may be that somebody else was faster.
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['experiments', scope.project, scope.environment] }),
        queryClient.invalidateQueries({ queryKey: ['experiment', scope.project, scope.environment, key] }),
        queryClient.invalidateQueries({ queryKey: ['configuration', scope.project, scope.environment] }),
      ]),
  });
}
