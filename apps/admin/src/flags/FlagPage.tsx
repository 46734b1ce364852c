import { Badge, Code, CopyButton, Group, Tabs, Tooltip, UnstyledButton } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { environmentsQuery, flagQuery } from '../api/queries.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { useScope } from '../shell/use-scope.ts';
import { UsageTab } from '../usage/UsageTab.tsx';
import { EnvironmentSwitch } from './EnvironmentSwitch.tsx';
import { Targeting } from './Targeting.tsx';
import { VariantTable } from './VariantTable.tsx';

export function FlagPage() {
  const scope = useScope();
  const { flag: key } = useParams({ from: '/signed-in/projects/$project/$environment/flags/$flag' });
  const flag = useQuery(flagQuery(scope.project, key));
  return <Loaded query={flag}>{(loaded) => <FlagView flag={loaded} />}</Loaded>;
}

function FlagView({ flag }: { readonly flag: Schemas['Flag'] }) {
  const scope = useScope();
  const { tab = 'targeting' } = useSearch({ from: '/signed-in/projects/$project/$environment/flags/$flag' });
  const navigate = useNavigate();
  const environments = useQuery(environmentsQuery(scope.project));
  const environment = environments.data?.find(({ key }) => key === scope.environment);
  return (
    <>
      <PageHeader
        title={flag.name}
        detail={
          <Group gap="xs">
            <FlagKey flagKey={flag.key} />
            <Badge variant="default">{flag.type}</Badge>
            {flag.clientVisible && <Badge variant="default">visible to browsers</Badge>}
            {flag.archived && <Badge color="red">archived</Badge>}
            <span>{flag.description}</span>
          </Group>
        }
        actions={
          environment && (
            <Group gap="xs">
              {environment.name}
              <EnvironmentSwitch project={scope.project} flag={flag} environment={environment} />
            </Group>
          )
        }
      />
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(next) =>
          void navigate({
            to: '/projects/$project/$environment/flags/$flag',
            params: { ...scope, flag: flag.key },
            search: next === 'variants' || next === 'usage' ? { tab: next } : {},
            replace: true,
          })
        }
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="targeting">Targeting</Tabs.Tab>
          <Tabs.Tab value="variants">Variants</Tabs.Tab>
          <Tabs.Tab value="usage">Usage</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="targeting">
          <Targeting flag={flag} environmentName={environment?.name ?? scope.environment} />
        </Tabs.Panel>
        <Tabs.Panel value="variants">
          <VariantTable variants={flag.variants} />
        </Tabs.Panel>
        <Tabs.Panel value="usage">
          <UsageTab flag={flag} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

function FlagKey({ flagKey }: { readonly flagKey: string }) {
  return (
    <CopyButton value={flagKey}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? 'Copied' : 'Copy the key'}>
          <UnstyledButton onClick={copy} aria-label={`Copy the key ${flagKey}`}>
            <Code>{flagKey}</Code>
          </UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
