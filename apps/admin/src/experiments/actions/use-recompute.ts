import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { queryClient } from '../../api/query-client.ts';
import { useScope } from '../../shell/use-scope.ts';

/** Asks for a computation; the results are then asked for until it has ended. */
export function useRecompute(experiment: string) {
  const scope = useScope();
  return useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/recompute', {
          params: { path: { ...scope, experiment } },
        }),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['results', scope.project, scope.environment, experiment] }),
  });
}
