import { answered } from '@stitchd/rest-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { jobPollMs } from '../api/queries.ts';
import { isComputing } from '../experiments/is-computing.ts';
import type { Scope } from '../shell/choose-scope.ts';

export const holdoutStates = ['draft', 'running', 'ended'] as const;

export interface HoldoutSearch {
  readonly q?: string | undefined;
  readonly state?: (typeof holdoutStates)[number] | undefined;
}

export const holdoutsQuery = (scope: Scope, search: HoldoutSearch) =>
  infiniteQueryOptions({
    queryKey: ['holdouts', scope.project, scope.environment, search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/holdouts', {
          params: {
            path: scope,
            query: {
              ...(search.q && { q: search.q }),
              ...(search.state && { state: search.state }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const holdoutQuery = (scope: Scope, holdout: string) =>
  queryOptions({
    queryKey: ['holdout', scope.project, scope.environment, holdout],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}', {
          params: { path: { ...scope, holdout } },
        }),
      ),
  });

/** While a computation runs, its result is asked for again. */
export const holdoutResultsQuery = (scope: Scope, holdout: string) =>
  queryOptions({
    queryKey: ['results', scope.project, scope.environment, { holdout }],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}/results', {
          params: { path: { ...scope, holdout } },
        }),
      ),
    refetchInterval: (query) => (isComputing(query.state.data?.lastJob) ? jobPollMs : false),
  });
