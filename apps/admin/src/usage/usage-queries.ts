import { answered } from '@stitchd/rest-client';
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import type { Scope } from '../shell/choose-scope.ts';
import { periodOf, type UsageRange } from './usage-ranges.ts';

const usagePollMs = 30_000;

export const flagUsageQuery = (scope: Scope, flag: string, range: UsageRange) =>
  queryOptions({
    queryKey: ['flag-usage', scope.project, scope.environment, flag, range],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/usage', {
          params: { path: { ...scope, flag }, query: periodOf(range, Date.now()) },
        }),
      ),
    refetchInterval: usagePollMs,
    placeholderData: keepPreviousData,
  });

/** Of the flags of a page; an answer that does not come must not keep the list away. */
export const flagActivityQuery = (scope: Scope, flags: readonly string[]) =>
  queryOptions({
    queryKey: ['flag-activity', scope.project, scope.environment, flags],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/flag-activity', {
          params: { path: scope, query: { flags: flags.join(',') } },
        }),
      ),
    enabled: flags.length > 0,
    retry: false,
    staleTime: usagePollMs,
    meta: { showsItsProblem: true },
  });

export const contextAttributesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['context-attributes', scope.project, scope.environment],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/context-attributes', { params: { path: scope, query: {} } }),
      ),
    retry: false,
    staleTime: usagePollMs,
    meta: { showsItsProblem: true },
  });

export const rejectionsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['rejections', scope.project, scope.environment],
    queryFn: () =>
      answered(api.GET('/v1/projects/{project}/environments/{environment}/rejections', { params: { path: scope, query: {} } })),
    refetchInterval: usagePollMs,
  });
