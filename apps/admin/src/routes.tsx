import { createRootRoute, createRoute, createRouter, lazyRouteComponent as page, Outlet, redirect } from '@tanstack/react-router';
import { metricDirections, metricTypes } from '@stitchd/core';
import { queryClient } from './api/query-client.ts';
import { identityQuery, type MetricSearch } from './api/queries.ts';
import { NotFoundPage } from './shell/NotFoundPage.tsx';
import { ProblemPage } from './shell/ProblemPage.tsx';
import { ProjectShell } from './shell/ProjectShell.tsx';
import { chooseScope } from './shell/choose-scope.ts';
import { session } from './session/session.ts';
import { SignInPage } from './session/SignInPage.tsx';
import { holdoutStates, type HoldoutSearch } from './holdouts/holdout-queries.ts';
import { type LiveOutcome, liveOutcomes, type LiveType, liveTypes } from './live/live-stream.ts';
import { experimentKinds, experimentStates, type ExperimentSearch } from './experiments/list/experiment-filters.ts';
import { figureChoices, type ExperimentMetricSearch } from './experiments/metric/metric-search.ts';
import { wizardSteps, type WizardStep } from './experiments/wizard/wizard-steps.ts';
import { previewDays } from './metrics/preview-days.ts';
import { metricsTabs, type MetricsTab } from './metrics/metrics-tabs.ts';
import { usageRangeNames, type UsageRange } from './usage/usage-ranges.ts';
import { settingsTabs, type SettingsTab } from './settings/settings-tabs.ts';
import { choice, text } from './shell/search-values.ts';

const root = createRootRoute({ component: Outlet, notFoundComponent: NotFoundPage, errorComponent: ProblemPage });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: SignInPage,
  validateSearch: (search: Record<string, unknown>): { next?: string } => {
    // Only a path of this page: a link must not lead a person elsewhere after signing in.
    const next = search['next'];
    return typeof next === 'string' && /^\/(?![/\\])/.test(next) ? { next } : {};
  },
});

/** Everything below needs somebody who is signed in. */
const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  component: Outlet,
  beforeLoad: async ({ location }) => {
    if ((await session.restore()) === undefined) throw redirect({ to: '/sign-in', search: { next: location.href } });
    // Known before anything is drawn: what a role may do does not appear bit by bit.
    await queryClient.ensureQueryData(identityQuery());
  },
});

const start = createRoute({
  getParentRoute: () => signedIn,
  path: '/',
  beforeLoad: async () => {
    throw redirect({ to: '/projects/$project/$environment', params: await chooseScope() });
  },
});

const project = createRoute({ getParentRoute: () => signedIn, path: '/projects/$project/$environment', component: ProjectShell });
const home = createRoute({
  getParentRoute: () => project,
  path: '/',
  component: page(() => import('./home/HomePage.tsx'), 'HomePage'),
});
const flags = createRoute({
  getParentRoute: () => project,
  path: '/flags',
  component: page(() => import('./flags/FlagListPage.tsx'), 'FlagListPage'),
  validateSearch: (search): { q?: string | undefined; state?: 'active' | 'archived' | undefined } => ({
    ...text(search, 'q'),
    ...choice(search, 'state', ['archived'] as const),
  }),
});
const flag = createRoute({
  getParentRoute: () => project,
  path: '/flags/$flag',
  component: page(() => import('./flags/FlagPage.tsx'), 'FlagPage'),
  validateSearch: (search): { tab?: 'variants' | 'usage' | undefined; range?: UsageRange | undefined } => ({
    ...choice(search, 'tab', ['variants', 'usage'] as const),
    ...choice(search, 'range', usageRangeNames),
  }),
});
const segments = createRoute({
  getParentRoute: () => project,
  path: '/segments',
  component: page(() => import('./segments/SegmentListPage.tsx'), 'SegmentListPage'),
  validateSearch: (search): { q?: string | undefined } => text(search, 'q'),
});
const experiments = createRoute({
  getParentRoute: () => project,
  path: '/experiments',
  component: page(() => import('./experiments/ExperimentListPage.tsx'), 'ExperimentListPage'),
  validateSearch: (search): ExperimentSearch => ({
    ...text(search, 'q'),
    ...choice(search, 'state', experimentStates),
    ...choice(search, 'kind', experimentKinds),
    ...choice(search, 'archived', ['true'] as const),
  }),
});
const newExperiment = createRoute({
  getParentRoute: () => project,
  // Beside the experiments rather than under them, where one may have this key.
  path: '/new-experiment',
  component: page(() => import('./experiments/wizard/NewExperimentPage.tsx'), 'NewExperimentPage'),
  validateSearch: (search): { step?: WizardStep | undefined } => choice(search, 'step', wizardSteps),
});
const experiment = createRoute({
  getParentRoute: () => project,
  path: '/experiments/$experiment',
  component: page(() => import('./experiments/ExperimentPage.tsx'), 'ExperimentPage'),
  validateSearch: (search): { exposures?: 'daily' | undefined; lifts?: 'anyway' | undefined } => ({
    ...choice(search, 'exposures', ['daily'] as const),
    ...choice(search, 'lifts', ['anyway'] as const),
  }),
});
const editExperiment = createRoute({
  getParentRoute: () => project,
  path: '/experiments/$experiment/edit',
  component: page(() => import('./experiments/wizard/EditExperimentPage.tsx'), 'EditExperimentPage'),
  validateSearch: (search): { step?: WizardStep | undefined } => choice(search, 'step', wizardSteps),
});
const experimentMetric = createRoute({
  getParentRoute: () => project,
  path: '/experiments/$experiment/metrics/$metric',
  component: page(() => import('./experiments/metric/ExperimentMetricPage.tsx'), 'ExperimentMetricPage'),
  validateSearch: (search): ExperimentMetricSearch => ({
    ...text(search, 'variant'),
    ...choice(search, 'figures', figureChoices),
    ...text(search, 'by'),
    ...choice(search, 'lifts', ['anyway'] as const),
  }),
});
const layers = createRoute({
  getParentRoute: () => project,
  path: '/layers',
  component: page(() => import('./layers/LayerListPage.tsx'), 'LayerListPage'),
  validateSearch: (search): { q?: string | undefined } => text(search, 'q'),
});
const holdouts = createRoute({
  getParentRoute: () => project,
  path: '/holdouts',
  component: page(() => import('./holdouts/HoldoutListPage.tsx'), 'HoldoutListPage'),
  validateSearch: (search): HoldoutSearch => ({ ...text(search, 'q'), ...choice(search, 'state', holdoutStates) }),
});
const holdout = createRoute({
  getParentRoute: () => project,
  path: '/holdouts/$holdout',
  component: page(() => import('./holdouts/HoldoutPage.tsx'), 'HoldoutPage'),
  validateSearch: (search): { lifts?: 'anyway' | undefined } => choice(search, 'lifts', ['anyway'] as const),
});
/** The tab, and what the live view is filtered by. */
interface LiveSearch {
  readonly tab?: MetricsTab | undefined;
  readonly item?: LiveType | undefined;
  readonly outcome?: LiveOutcome | undefined;
  readonly key?: string | undefined;
  readonly unit?: string | undefined;
  readonly code?: string | undefined;
}

const metrics = createRoute({
  getParentRoute: () => project,
  path: '/metrics',
  component: page(() => import('./metrics/MetricsPage.tsx'), 'MetricsPage'),
  validateSearch: (search): { tab?: MetricsTab | undefined; job?: string | undefined } & MetricSearch & LiveSearch => ({
    ...choice(search, 'tab', metricsTabs),
    ...text(search, 'job'),
    ...text(search, 'q'),
    ...choice(search, 'type', metricTypes),
    ...text(search, 'event'),
    ...choice(search, 'direction', metricDirections),
    ...choice(search, 'archived', ['true'] as const),
    ...choice(search, 'item', liveTypes),
    ...choice(search, 'outcome', liveOutcomes),
    ...text(search, 'key'),
    ...text(search, 'unit'),
    ...text(search, 'code'),
  }),
});
const metric = createRoute({
  getParentRoute: () => project,
  path: '/metrics/$metric',
  component: page(() => import('./metrics/MetricPage.tsx'), 'MetricPage'),
  validateSearch: (search): { days?: (typeof previewDays)[number] | undefined } => choice(search, 'days', previewDays),
});
const event = createRoute({
  getParentRoute: () => project,
  path: '/metrics/events/$event',
  component: page(() => import('./events/EventPage.tsx'), 'EventPage'),
});
const quarantined = createRoute({
  getParentRoute: () => project,
  path: '/metrics/quarantine/$event',
  component: page(() => import('./events/QuarantinePage.tsx'), 'QuarantinePage'),
});
const activity = createRoute({
  getParentRoute: () => project,
  path: '/activity',
  component: page(() => import('./activity/ActivityPage.tsx'), 'ActivityPage'),
  validateSearch: (search): { q?: string | undefined; kind?: string | undefined } => ({
    ...text(search, 'q'),
    ...text(search, 'kind'),
  }),
});
const settings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: page(() => import('./settings/SettingsPage.tsx'), 'SettingsPage'),
  validateSearch: (search): { tab?: SettingsTab | undefined; receiver?: string | undefined } => ({
    ...choice(search, 'tab', settingsTabs),
    ...text(search, 'receiver'),
  }),
});

const tree = root.addChildren([
  signIn,
  signedIn.addChildren([
    start,
    project.addChildren([
      home,
      flags,
      flag,
      segments,
      experiments,
      newExperiment,
      experiment,
      layers,
      holdouts,
      holdout,
      editExperiment,
      experimentMetric,
      metrics,
      metric,
      event,
      quarantined,
      activity,
      settings,
    ]),
  ]),
]);

export const router = createRouter({
  routeTree: tree,
  defaultErrorComponent: ProblemPage,
  defaultPreload: 'intent',
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
