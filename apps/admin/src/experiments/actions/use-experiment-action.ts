import type { Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { queryClient } from '../../api/query-client.ts';
import type { Scope } from '../../shell/choose-scope.ts';
import { useScope } from '../../shell/use-scope.ts';

type Experiment = Schemas['Experiment'];

/** What every action on an experiment is asked with: nobody overwrites what they have not seen. */
export interface ActionParams {
  readonly path: Scope & { readonly experiment: string };
  readonly header: { readonly 'If-Match': string };
}

/** One action on an experiment; whatever it answers, everything about the experiment is read again. */
export function useExperimentAction<Input = void>(
  { key, version }: Experiment,
  ask: (params: ActionParams, input: Input) => Promise<unknown>,
  onDone: () => void,
) {
  const scope = useScope();
  return useMutation({
    mutationFn: (input: Input) => ask({ path: { ...scope, experiment: key }, header: { 'If-Match': `"${version}"` } }, input),
    meta: { showsItsProblem: true },
    onSuccess: onDone,
    // Also after a refusal: it may be that somebody else was faster.
    onSettled: () =>
      Promise.all(
        ['experiments', 'experiment', 'results', 'iterations', 'checklist'].map((name) =>
          queryClient.invalidateQueries({
            queryKey: [name, scope.project, scope.environment, ...(name === 'experiments' ? [] : [key])],
          }),
        ),
      ),
  });
}
