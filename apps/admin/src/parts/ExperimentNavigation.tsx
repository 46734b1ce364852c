import { Tabs } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useScope } from '../shell/use-scope.ts';

const pages = {
  experiments: { label: 'Experiments', to: '/projects/$project/$environment/experiments' },
  layers: { label: 'Layers', to: '/projects/$project/$environment/layers' },
  holdouts: { label: 'Holdouts', to: '/projects/$project/$environment/holdouts' },
} as const;

type Name = keyof typeof pages;

const names = Object.keys(pages) as readonly Name[];

/** Between the experiments of an environment, and what keeps units apart. */
export function ExperimentNavigation({ current }: { readonly current: Name }) {
  const scope = useScope();
  const navigate = useNavigate();
  return (
    <Tabs
      value={current}
      mb="md"
      onChange={(next) => {
        const page = names.find((name) => name === next);
        if (page !== undefined) void navigate({ to: pages[page].to, params: scope });
      }}
    >
      <Tabs.List aria-label="Experiments, layers and holdouts">
        {names.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {pages[name].label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
    </Tabs>
  );
}
