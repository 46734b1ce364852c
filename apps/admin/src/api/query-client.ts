import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query';
import { mayPass } from './may-pass.ts';
import { showProblem } from './show-problem.tsx';

const staleAfterMs = 10_000;
const attempts = 3;

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
