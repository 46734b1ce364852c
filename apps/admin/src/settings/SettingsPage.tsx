import { Tabs } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { PageHeader } from '../parts/PageHeader.tsx';
import { useCan, type Permission } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { ApiTokens } from './ApiTokens.tsx';
import { EventSettings } from './EventSettings.tsx';
import { Environments } from './Environments.tsx';
import { Members } from './Members.tsx';
import { Organisation } from './Organisation.tsx';
import { Receivers } from './receivers/Receivers.tsx';
import { SdkKeys } from './SdkKeys.tsx';
import { settingsTabs, type SettingsTab } from './settings-tabs.ts';

const views: Readonly<
  Record<SettingsTab, { readonly label: string; readonly needs: Permission; readonly View: () => React.ReactNode }>
> = {
  environments: { label: 'Environments', needs: 'environment.read', View: Environments },
  events: { label: 'Events', needs: 'event.read', View: EventSettings },
  'sdk-keys': { label: 'SDK keys', needs: 'key.read', View: SdkKeys },
  receivers: { label: 'Webhooks and alarms', needs: 'receiver.read', View: Receivers },
  members: { label: 'Members', needs: 'member.read', View: Members },
  'api-tokens': { label: 'API tokens', needs: 'key.read', View: ApiTokens },
  organisation: { label: 'Organisation', needs: 'organisation.read', View: Organisation },
};

export function SettingsPage() {
  const scope = useScope();
  const { tab = 'environments' } = useSearch({ from: '/signed-in/projects/$project/$environment/settings' });
  const navigate = useNavigate();
  const can = useCan();
  const allowed = settingsTabs.filter((name) => can(views[name].needs));
  return (
    <>
      <PageHeader title="Settings" />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: '/projects/$project/$environment/settings',
            params: scope,
            search: { tab: settingsTabs.find((name) => name === next) },
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
