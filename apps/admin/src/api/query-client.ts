import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { RestProblem } from '@stitchd/rest-client';
import { showProblem } from './show-problem.tsx';

const staleAfterMs = 10_000;
const attempts = 3;

/** A refusal stays a refusal; only what may pass by itself is asked again. */
function mayPass(error: unknown): boolean {
  return error instanceof RestProblem && (error.status === 0 || error.status === 429 || error.status >= 500);
}

/** The one place where failed requests are handled: reads show in the page that asked, writes as a notice. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: staleAfterMs, retry: (failures, error) => failures < attempts - 1 && mayPass(error) },
    mutations: { retry: false },
  },
  queryCache: new QueryCache({
    onError: (error, query) => {
      // A page that still shows older data would otherwise hide that it is not refreshed.
      if (query.state.data !== undefined) showProblem(error, 'This page could not be refreshed');
    },
  }),
  mutationCache: new MutationCache({
    onError: (error, _variables, _context, mutation) => {
      if (mutation.meta?.['showsItsProblem'] !== true) showProblem(error, 'That did not work');
    },
  }),
});
