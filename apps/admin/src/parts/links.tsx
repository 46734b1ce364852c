import { Anchor } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useScope } from '../shell/use-scope.ts';

interface Props {
  readonly children?: ReactNode;
}

/** How the name of something that has a page looks. */
const ofName = { fw: 600, underline: 'hover' } as const;

/** To the page of a flag; its key where nothing else is to be read. */
export function FlagLink({ flag, children = flag }: Props & { readonly flag: string }) {
  const scope = useScope();
  return (
    <Anchor
      {...ofName}
      renderRoot={(props) => <Link {...props} to="/projects/$project/$environment/flags/$flag" params={{ ...scope, flag }} />}
    >
      {children}
    </Anchor>
  );
}

export function MetricLink({ metric, children = metric }: Props & { readonly metric: string }) {
  const scope = useScope();
  return (
    <Anchor
      {...ofName}
      renderRoot={(props) => (
        <Link {...props} to="/projects/$project/$environment/metrics/$metric" params={{ ...scope, metric }} />
      )}
    >
      {children}
    </Anchor>
  );
}

export function ExperimentLink({ experiment, children = experiment }: Props & { readonly experiment: string }) {
  const scope = useScope();
  return (
    <Anchor
      {...ofName}
      renderRoot={(props) => (
        <Link {...props} to="/projects/$project/$environment/experiments/$experiment" params={{ ...scope, experiment }} />
      )}
    >
      {children}
    </Anchor>
  );
}

export function HoldoutLink({ holdout, children = holdout }: Props & { readonly holdout: string }) {
  const scope = useScope();
  return (
    <Anchor
      {...ofName}
      renderRoot={(props) => (
        <Link {...props} to="/projects/$project/$environment/holdouts/$holdout" params={{ ...scope, holdout }} />
      )}
    >
      {children}
    </Anchor>
  );
}

export function EventLink({ event, children = event }: Props & { readonly event: string }) {
  const scope = useScope();
  return (
    <Anchor
      {...ofName}
      renderRoot={(props) => (
        <Link {...props} to="/projects/$project/$environment/metrics/events/$event" params={{ ...scope, event }} />
      )}
    >
      {children}
    </Anchor>
  );
}

/** To the undefined events of a key. */
export function QuarantineLink({ event, children = event }: Props & { readonly event: string }) {
  const scope = useScope();
  return (
    <Anchor
      {...ofName}
      renderRoot={(props) => (
        <Link {...props} to="/projects/$project/$environment/metrics/quarantine/$event" params={{ ...scope, event }} />
      )}
    >
      {children}
    </Anchor>
  );
}
