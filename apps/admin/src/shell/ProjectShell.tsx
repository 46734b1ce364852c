import { AppShell, Burger, Group, NavLink, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { session } from '../session/session.ts';
import { useCan } from '../session/use-can.ts';
import { AccountMenu } from './AccountMenu.tsx';
import { rememberScope } from './choose-scope.ts';
import { ScopeSwitch } from './ScopeSwitch.tsx';
import { holdsPage, sectionsFor } from './sections.ts';
import { isTyping } from './is-typing.ts';
import { Shortcuts } from './Shortcuts.tsx';
import { useScope } from './use-scope.ts';

/** The frame of every page: project and environment on top, the seven sections on the left. */
export function ProjectShell() {
  const [opened, { toggle, close }] = useDisclosure();
  const scope = useScope();
  const path = useRouterState({ select: (state) => state.location.pathname });
  const can = useCan();
  useSignInWhenEnded();
  const main = useRef<HTMLElement>(null);
  useEffect(() => rememberScope(scope), [scope.project, scope.environment]);
  // A new page begins at its top for those who read it by keyboard or ear, too.
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    // In the same step as the address, and never out of a field that somebody already types into.
    if (!isFirst.current && !isTyping(document.activeElement)) main.current?.focus({ preventScroll: true });
    isFirst.current = false;
    close();
  }, [path]);
  return (
    <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !opened } }} padding="lg">
      <AppShell.Header>
        <a className="skip-link" href="#main">
          Skip to the page
        </a>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Text fw={750} visibleFrom="sm">
              Stitchd
            </Text>
            <ScopeSwitch />
          </Group>
          <AccountMenu />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="sm" aria-label="Sections">
        {sectionsFor(can).map((section) => {
          const { label, to, icon: Icon } = section;
          return (
            <NavLink
              key={to}
              label={label}
              active={holdsPage(section, path)}
              leftSection={<Icon size={18} aria-hidden />}
              variant="light"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to={to}
                  params={scope}
                  activeOptions={{ exact: label === 'Home' }}
                  activeProps={{ 'data-active': true }}
                />
              )}
            />
          );
        })}
      </AppShell.Navbar>
      <AppShell.Main id="main" ref={main} tabIndex={-1} style={{ outline: 'none' }}>
        <Outlet />
      </AppShell.Main>
      <Shortcuts />
    </AppShell>
  );
}

/** A session that ended while a page was open leads to the sign-in, and from there back to the page. */
function useSignInWhenEnded(): void {
  const isSignedIn = useSyncExternalStore(session.subscribe, session.current) !== undefined;
  const navigate = useNavigate();
  const href = useRouterState({ select: (state) => state.location.href });
  useEffect(() => {
    if (!isSignedIn) void navigate({ to: '/sign-in', search: { next: href } });
  }, [isSignedIn, navigate, href]);
}
