import { queryClient } from '../api/query-client.ts';
import { useScope } from '../shell/use-scope.ts';

/** What a change of a holdout makes old; also after a refusal, for somebody else may have been faster. */
export function useReadAgain(holdout: string): () => Promise<unknown> {
  const { project, environment } = useScope();
  return () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: ['holdouts', project, environment] }),
      queryClient.invalidateQueries({ queryKey: ['holdout', project, environment, holdout] }),
      queryClient.invalidateQueries({ queryKey: ['holdout-results', project, environment, holdout] }),
    ]);
}
