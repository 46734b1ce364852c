import { createRootRoute, createRoute, createRouter, Outlet, redirect } from '@tanstack/react-router';
import { ActivityPage } from './activity/ActivityPage.tsx';
import { ExperimentListPage } from './experiments/ExperimentListPage.tsx';
import { ExperimentPage } from './experiments/ExperimentPage.tsx';
import { FlagListPage } from './flags/FlagListPage.tsx';
import { FlagPage } from './flags/FlagPage.tsx';
import { HomePage } from './home/HomePage.tsx';
import { MetricsPage } from './metrics/MetricsPage.tsx';
import { NotFoundPage } from './shell/NotFoundPage.tsx';
import { ProblemPage } from './shell/ProblemPage.tsx';
import { ProjectShell } from './shell/ProjectShell.tsx';
import { chooseScope } from './shell/choose-scope.ts';
import { SegmentListPage } from './segments/SegmentListPage.tsx';
import { session } from './session/session.ts';
import { SignInPage } from './session/SignInPage.tsx';
import { SettingsPage } from './settings/SettingsPage.tsx';
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
const home = createRoute({ getParentRoute: () => project, path: '/', component: HomePage });
const flags = createRoute({
  getParentRoute: () => project,
  path: '/flags',
  component: FlagListPage,
  validateSearch: (search): { q?: string | undefined; state?: 'active' | 'archived' | undefined } => ({
    ...text(search, 'q'),
    ...choice(search, 'state', ['archived'] as const),
  }),
});
const flag = createRoute({
  getParentRoute: () => project,
  path: '/flags/$flag',
  component: FlagPage,
  validateSearch: (search): { tab?: 'variants' | undefined } => choice(search, 'tab', ['variants']),
});
const segments = createRoute({
  getParentRoute: () => project,
  path: '/segments',
  component: SegmentListPage,
  validateSearch: (search): { q?: string | undefined } => text(search, 'q'),
});
const experiments = createRoute({
  getParentRoute: () => project,
  path: '/experiments',
  component: ExperimentListPage,
  validateSearch: (search): { q?: string | undefined; state?: 'draft' | 'running' | 'stopped' | undefined } => ({
    ...text(search, 'q'),
    ...choice(search, 'state', ['draft', 'running', 'stopped'] as const),
  }),
});
const experiment = createRoute({ getParentRoute: () => project, path: '/experiments/$experiment', component: ExperimentPage });
const metrics = createRoute({
  getParentRoute: () => project,
  path: '/metrics',
  component: MetricsPage,
  validateSearch: (search): { tab?: 'events' | undefined } => choice(search, 'tab', ['events']),
});
const activity = createRoute({
  getParentRoute: () => project,
  path: '/activity',
  component: ActivityPage,
  validateSearch: (search): { q?: string | undefined; kind?: string | undefined } => ({
    ...text(search, 'q'),
    ...text(search, 'kind'),
  }),
});
const settings = createRoute({
  getParentRoute: () => project,
  path: '/settings',
  component: SettingsPage,
  validateSearch: (search): { tab?: SettingsTab | undefined } => choice(search, 'tab', settingsTabs),
});

const tree = root.addChildren([
  signIn,
  signedIn.addChildren([
    start,
    project.addChildren([home, flags, flag, segments, experiments, experiment, metrics, activity, settings]),
  ]),
]);

export const router = createRouter({ routeTree: tree, defaultPreload: 'intent', scrollRestoration: true });

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
