import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { ContextList } from '../contexts/ContextList.tsx';
import { EventList } from '../events/EventList.tsx';
import { LiveView } from '../live/LiveView.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { useCan, type Permission } from '../session/use-can.ts';
import { TransferView } from '../transfers/TransferView.tsx';
import { useScope } from '../shell/use-scope.ts';
import { MetricList } from './MetricList.tsx';
import { metricsTabs, type MetricsTab } from './metrics-tabs.ts';

const views: Readonly<
  Record<MetricsTab, { readonly label: string; readonly needs: Permission; readonly View: () => React.ReactNode }>
> = {
  metrics: { label: 'Metrics', needs: 'metric.read', View: MetricList },
  events: { label: 'Events', needs: 'event.read', View: EventList },
  live: { label: 'Live', needs: 'event.read', View: LiveView },
  contexts: { label: 'Contexts', needs: 'flag.read', View: ContextList },
  transfer: { label: 'Import & export', needs: 'event.read', View: TransferView },
};

export function MetricsPage() {
  const scope = useScope();
  const { tab = 'metrics' } = useSearch({ from: '/signed-in/projects/$project/$environment/metrics' });
  const navigate = useNavigate();
  const can = useCan();
  const allowed = metricsTabs.filter((name) => can(views[name].needs));
  return (
    <>
      <PageHeader
        title="Metrics & events"
        detail="Events are what your program tracks; metrics say what of them counts in an experiment."
      />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: '/projects/$project/$environment/metrics',
            params: scope,
            search: { tab: metricsTabs.find((name) => name === next && name !== 'metrics') },
            replace: true,
          })
        }
      >
        <Tabs.List mb="md">
          {allowed.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {views[name].label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {allowed.map((name) => {
          const { View } = views[name];
          return (
            <Tabs.Panel key={name} value={name}>
              <View />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </>
  );
}
