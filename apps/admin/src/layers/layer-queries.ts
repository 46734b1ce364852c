import { answered } from '@stitchd/rest-client';
import { infiniteQueryOptions } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import type { Scope } from '../shell/choose-scope.ts';

export const layersQuery = (scope: Scope, search: { readonly q?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['layers', scope.project, scope.environment, search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/layers', {
          params: { path: scope, query: { ...(search.q && { q: search.q }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
