import type { MetricDirection, MetricType } from '@stitchd/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { ExperimentSearch } from '../experiments/list/experiment-filters.ts';
import type { Scope } from '../shell/choose-scope.ts';
import { api } from './api.ts';
import { everyPage } from './every-page.ts';

/** What each page reads; the keys say what a write makes old. */
export const projectsQuery = () =>
  queryOptions({ queryKey: ['projects'], queryFn: async () => (await answered(api.GET('/v1/projects', {}))).items });

export const environmentsQuery = (project: string) =>
  queryOptions({
    queryKey: ['environments', project],
    queryFn: async () =>
      (await answered(api.GET('/v1/projects/{project}/environments', { params: { path: { project } } }))).items,
  });

/** Counted by the second: asked for again while the page is looked at. */
const ingestionIntervalMs = 10_000;

export const ingestionQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['ingestion', scope.project, scope.environment],
    refetchInterval: ingestionIntervalMs,
    queryFn: () =>
      answered(api.GET('/v1/projects/{project}/environments/{environment}/ingestion', { params: { path: { ...scope } } })),
  });

interface FlagSearch {
  readonly q?: string | undefined;
  readonly state?: 'active' | 'archived' | undefined;
  readonly sort?: 'key' | '-updated_at';
}

export const flagsQuery = (project: string, search: FlagSearch) =>
  infiniteQueryOptions({
    queryKey: ['flags', project, search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/flags', {
          params: {
            path: { project },
            query: {
              ...(search.q && { q: search.q }),
              ...(search.state && { state: search.state }),
              ...(search.sort && { sort: search.sort }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const flagQuery = (project: string, flag: string) =>
  queryOptions({
    queryKey: ['flag', project, flag],
    queryFn: () => answered(api.GET('/v1/projects/{project}/flags/{flag}', { params: { path: { project, flag } } })),
  });

export const configurationQuery = (scope: Scope, flag: string) =>
  queryOptions({
    queryKey: ['configuration', scope.project, scope.environment, flag],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/flags/{flag}/configuration', {
          params: { path: { ...scope, flag } },
        }),
      ),
  });

export const segmentsQuery = (scope: Scope, search: { readonly q?: string | undefined }) =>
  infiniteQueryOptions({
    queryKey: ['segments', scope.project, scope.environment, search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/segments', {
          params: { path: scope, query: { ...(search.q && { q: search.q }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

/** Each with its headline: whole results would be one more question for every row. */
export const experimentsQuery = (scope: Scope, search: ExperimentSearch) =>
  infiniteQueryOptions({
    queryKey: ['experiments', scope.project, scope.environment, search],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments', {
          params: {
            path: scope,
            query: {
              headlines: 'true',
              ...(search.q && { q: search.q }),
              ...(search.state && { state: search.state }),
              ...(search.kind && { kind: search.kind }),
              ...(search.archived && { archived: search.archived }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const experimentQuery = (scope: Scope, experiment: string) =>
  queryOptions({
    queryKey: ['experiment', scope.project, scope.environment, experiment],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}', {
          params: { path: { ...scope, experiment } },
        }),
      ),
  });

export const iterationsQuery = (scope: Scope, experiment: string) =>
  queryOptions({
    queryKey: ['iterations', scope.project, scope.environment, experiment],
    queryFn: async () =>
      (
        await answered(
          api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/iterations', {
            params: { path: { ...scope, experiment } },
          }),
        )
      ).items,
  });

export const jobPollMs = 1_000;

/** Of the newest iteration, never of the one before it. While a computation runs, its result is asked for again. */
export const resultsQuery = (scope: Scope, { key, iterationNumber }: Pick<Schemas['Experiment'], 'key' | 'iterationNumber'>) =>
  queryOptions({
    queryKey: ['results', scope.project, scope.environment, key, { iteration: iterationNumber }],
    enabled: iterationNumber > 0,
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results', {
          params: { path: { ...scope, experiment: key }, query: { iteration: iterationNumber } },
        }),
      ),
    refetchInterval: (query) => (['waiting', 'running'].includes(query.state.data?.lastJob?.state ?? '') ? jobPollMs : false),
  });

/** What stands in the way of a start. */
export const checklistQuery = (scope: Scope, experiment: string) =>
  queryOptions({
    queryKey: ['checklist', scope.project, scope.environment, experiment],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/checklist', {
          params: { path: { ...scope, experiment } },
        }),
      ),
  });

/** What each unit would see after a stop, by what is chosen to be served. */
export const stopPreviewQuery = (scope: Scope, { key, version }: Schemas['Experiment']) =>
  queryOptions({
    queryKey: ['stop-preview', scope.project, scope.environment, key, version],
    queryFn: async () =>
      (
        await answered(
          api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/stop-preview', {
            params: { path: { ...scope, experiment: key } },
          }),
        )
      ).items,
  });

/**
 * By who was exposed to the flag; where that is nobody, by who has events of the metrics, as the checklist of a start guesses. Nothing is
 * asked while something is missing.
 */
export const experimentPlanQuery = (scope: Scope, request: Schemas['PlanRequest'] | undefined) =>
  queryOptions({
    queryKey: ['experiment-plan', scope.project, scope.environment, request],
    enabled: request !== undefined,
    retry: false,
    queryFn: async () => {
      const { flagKey, ...byEvents } = request as Schemas['PlanRequest'];
      const ask = (body: Schemas['PlanRequest']) =>
        answered(
          api.POST('/v1/projects/{project}/environments/{environment}/experiment-plans', { params: { path: scope }, body }),
        );
      const plan = await ask({ ...byEvents, flagKey });
      return plan.verdict.code === 'no-traffic' ? ask(byEvents) : plan;
    },
  });

/** While one is replayed, it is asked for again. */
export const replayQuery = (scope: Scope, experiment: string) =>
  queryOptions({
    queryKey: ['replay', scope.project, scope.environment, experiment],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/aa-replay', {
          params: { path: { ...scope, experiment } },
        }),
      ),
    refetchInterval: (query) => (['waiting', 'running'].includes(query.state.data?.lastJob?.state ?? '') ? jobPollMs : false),
  });

/** One metric of an experiment over time. */
export const seriesQuery = (scope: Scope, experiment: string, metric: string) =>
  queryOptions({
    queryKey: ['results', scope.project, scope.environment, experiment, 'series', metric],
    queryFn: async () =>
      (
        await answered(
          api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/series', {
            params: { path: { ...scope, experiment }, query: { metric } },
          }),
        )
      ).items,
  });

/** By dimension and by day since the exposure. */
export const dimensionsQuery = (scope: Scope, experiment: string) =>
  queryOptions({
    queryKey: ['results', scope.project, scope.environment, experiment, 'dimensions'],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/results/dimensions', {
          params: { path: { ...scope, experiment } },
        }),
      ),
  });

export const metricsQuery = (project: string) =>
  queryOptions({
    queryKey: ['metrics', project],
    queryFn: () =>
      everyPage((page) => answered(api.GET('/v1/projects/{project}/metrics', { params: { path: { project }, query: page } }))),
  });

export interface MetricSearch {
  readonly q?: string | undefined;
  readonly type?: MetricType | undefined;
  readonly event?: string | undefined;
  readonly direction?: MetricDirection | undefined;
  readonly archived?: 'true' | undefined;
}

export const metricListQuery = (project: string, { q, type, event, direction, archived }: MetricSearch) =>
  infiniteQueryOptions({
    queryKey: ['metrics', project, 'list', { q, type, event, direction, archived }],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/metrics', {
          params: {
            path: { project },
            query: {
              ...(q && { q }),
              ...(type && { type }),
              ...(event && { event }),
              ...(direction && { direction }),
              ...(archived && { archived }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const metricQuery = (project: string, metric: string) =>
  queryOptions({
    queryKey: ['metrics', project, 'one', metric],
    queryFn: () => answered(api.GET('/v1/projects/{project}/metrics/{metric}', { params: { path: { project, metric } } })),
  });

export const metricVersionsQuery = (project: string, { key, definitionVersion }: Schemas['Metric']) =>
  infiniteQueryOptions({
    queryKey: ['metrics', project, 'versions', key, definitionVersion],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/metrics/{metric}/versions', {
          params: { path: { project, metric: key }, query: { ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const metricPreviewQuery = (scope: Scope, { key, definitionVersion }: Schemas['Metric'], days: number) =>
  queryOptions({
    queryKey: ['metric-preview', scope.project, scope.environment, key, definitionVersion, days],
    queryFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/metrics/preview', {
          params: { path: scope },
          body: { metric: key, days },
        }),
      ),
  });

/** All experiments of an environment, for counting. */
export const allExperimentsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['experiments', scope.project, scope.environment, 'all'],
    queryFn: () => everyExperiment(scope, {}),
  });

/** The experiments of an environment that have a metric. */
export const metricExperimentsQuery = (scope: Scope, metric: string) =>
  queryOptions({
    queryKey: ['experiments', scope.project, scope.environment, 'with', metric],
    queryFn: () => everyExperiment(scope, { metric }),
  });

const everyExperiment = (scope: Scope, filter: { readonly metric?: string }) =>
  everyPage((page) =>
    answered(
      api.GET('/v1/projects/{project}/environments/{environment}/experiments', {
        params: { path: scope, query: { ...filter, ...page } },
      }),
    ),
  );

export const eventsQuery = (project: string) =>
  queryOptions({
    queryKey: ['events', project],
    queryFn: () =>
      everyPage((page) => answered(api.GET('/v1/projects/{project}/events', { params: { path: { project }, query: page } }))),
  });

export const eventQuery = (project: string, event: string) =>
  queryOptions({
    queryKey: ['events', project, event],
    queryFn: () => answered(api.GET('/v1/projects/{project}/events/{event}', { params: { path: { project, event } } })),
  });

/** For suggestions: an answer that does not come must not keep a form away. */
export const eventPropertiesQuery = (scope: Scope, event: string) =>
  queryOptions({
    queryKey: ['events', scope.project, event, 'properties', scope.environment],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/events/{event}/properties', {
          params: { path: { ...scope, event } },
        }),
      ),
    enabled: event !== '',
    retry: false,
    staleTime: 60_000,
    meta: { showsItsProblem: true },
  });

export const eventVolumesQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['event-volumes', scope.project, scope.environment],
    queryFn: async () =>
      (await answered(api.GET('/v1/projects/{project}/environments/{environment}/event-volumes', { params: { path: scope } })))
        .items,
  });

/** Asked again now and then: what is defined is put among the events within seconds. */
const quarantinePollMs = 5_000;

export const quarantineQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['quarantine', scope.project, scope.environment],
    queryFn: async () =>
      (await answered(api.GET('/v1/projects/{project}/environments/{environment}/quarantine', { params: { path: scope } })))
        .items,
    refetchInterval: quarantinePollMs,
  });

export const quarantinedQuery = (scope: Scope, event: string) =>
  queryOptions({
    queryKey: ['quarantine', scope.project, scope.environment, event],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/quarantine/{event}', {
          params: { path: { ...scope, event } },
        }),
      ),
  });

export const eventSettingsQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['event-settings', scope.project, scope.environment],
    queryFn: () =>
      answered(api.GET('/v1/projects/{project}/environments/{environment}/event-settings', { params: { path: scope } })),
  });

export const sdkKeysQuery = (scope: Scope) =>
  queryOptions({
    queryKey: ['sdk-keys', scope.project, scope.environment],
    queryFn: () =>
      everyPage((page) =>
        answered(api.GET('/v1/projects/{project}/environments/{environment}/sdk-keys', { params: { path: scope, query: page } })),
      ),
  });

export const membersQuery = () =>
  queryOptions({
    queryKey: ['members'],
    queryFn: () => everyPage((page) => answered(api.GET('/v1/members', { params: { query: page } }))),
  });

export const apiTokensQuery = () =>
  queryOptions({
    queryKey: ['api-tokens'],
    queryFn: () => everyPage((page) => answered(api.GET('/v1/api-tokens', { params: { query: page } }))),
  });

export const organisationQuery = () =>
  queryOptions({ queryKey: ['organisation'], queryFn: () => answered(api.GET('/v1/organisation', {})) });

/** Who is signed in, and what they may do. */
export const identityQuery = () => queryOptions({ queryKey: ['me'], queryFn: () => answered(api.GET('/v1/me', {})) });

interface AuditSearch {
  readonly q?: string | undefined;
  readonly kind?: string | undefined;
}

export const auditQuery = ({ q, kind }: AuditSearch) =>
  infiniteQueryOptions({
    queryKey: ['audit', q, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/audit', {
          params: { query: { ...(q && { q }), ...(kind && { resourceKind: kind }), ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

const unfinishedStates: readonly string[] = ['waiting', 'running'];

/** Asked again while one of those that are shown is unfinished. */
export const eventJobsQuery = (scope: Scope) =>
  infiniteQueryOptions({
    queryKey: ['event-jobs', scope.project, scope.environment],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/event-jobs', {
          params: { path: { ...scope }, query: { ...(pageParam && { cursor: pageParam }) } },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.items.some((job) => unfinishedStates.includes(job.state))) === true
        ? jobPollMs
        : false,
  });

/** Asked again while it is unfinished. */
export const eventJobQuery = (scope: Scope, job: string) =>
  queryOptions({
    queryKey: ['event-jobs', scope.project, scope.environment, job],
    queryFn: () =>
      answered(
        api.GET('/v1/projects/{project}/environments/{environment}/event-jobs/{job}', { params: { path: { ...scope, job } } }),
      ),
    refetchInterval: ({ state }) => (unfinishedStates.includes(state.data?.state ?? 'waiting') ? jobPollMs : false),
  });
