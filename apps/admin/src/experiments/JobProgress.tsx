import { Button, Group, Progress, Text } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';

/** How far a computation is, in words; who may ask for one may also call it off. */
export function JobProgress({ job }: { readonly job: Schemas['Job'] }) {
  const scope = useScope();
  const can = useCan();
  const cancel = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/jobs/{job}/cancel', {
          params: { path: { ...scope, job: job.id } },
        }),
      ),
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['results', scope.project, scope.environment] }),
        queryClient.invalidateQueries({ queryKey: ['replay', scope.project, scope.environment] }),
      ]),
  });
  const isEnding = cancel.isPending || job.cancelRequestedAt !== undefined;
  return (
    <Group gap="sm" mt="xs">
      <Progress value={job.progress * 100} w={200} aria-label="Progress of the computation" />
      <Text size="sm">{isEnding ? 'ending' : job.stage || 'waiting for its turn'}</Text>
      {can('stats.recompute') && (
        <Button size="compact-xs" variant="default" onClick={() => cancel.mutate()} disabled={isEnding}>
          Cancel
        </Button>
      )}
    </Group>
  );
}
