import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { useScope } from '../shell/use-scope.ts';

type Layer = Schemas['Layer'];

function useChange<Variables>(change: (variables: Variables) => Promise<unknown>, onDone: () => void) {
  const scope = useScope();
  return useMutation({
    mutationFn: change,
    meta: { showsItsProblem: true },
    onSuccess: onDone,
    // Also after a refusal: it may be that somebody else was faster.
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['layers', scope.project, scope.environment] }),
  });
}

const header = ({ version }: Layer) => ({ 'If-Match': `"${version}"` });

export function useDeleteLayer(layer: Layer, onDone: () => void) {
  const scope = useScope();
  return useChange(
    () =>
      answered(
        api.DELETE('/v1/projects/{project}/environments/{environment}/layers/{layer}', {
          params: { path: { ...scope, layer: layer.key }, header: header(layer) },
        }),
      ),
    onDone,
  );
}

/** Gives an experiment a share, in thousandths of a percent. */
export function useAllotShare(layer: Layer, onDone: () => void) {
  const scope = useScope();
  return useChange(
    ({ experiment, shareMilliPercent }: { readonly experiment: string; readonly shareMilliPercent: number }) =>
      answered(
        api.PUT('/v1/projects/{project}/environments/{environment}/layers/{layer}/experiments/{experiment}', {
          params: { path: { ...scope, layer: layer.key, experiment }, header: header(layer) },
          body: { shareMilliPercent },
        }),
      ),
    onDone,
  );
}

export function useReleaseShare(layer: Layer, onDone: () => void) {
  const scope = useScope();
  return useChange(
    (experiment: string) =>
      answered(
        api.DELETE('/v1/projects/{project}/environments/{environment}/layers/{layer}/experiments/{experiment}', {
          params: { path: { ...scope, layer: layer.key, experiment }, header: header(layer) },
        }),
      ),
    onDone,
  );
}
