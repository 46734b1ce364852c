import { Badge, Group, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { environmentsQuery, projectsQuery } from '../api/queries.ts';
import { rememberScope } from './choose-scope.ts';
import { useScope } from './use-scope.ts';

/** Chooses project and environment; a page that both have stays open. */
export function ScopeSwitch() {
  const scope = useScope();
  const navigate = useNavigate();
  const projects = useQuery(projectsQuery());
  const environments = useQuery(environmentsQuery(scope.project));
  const options = (items: readonly { key: string; name: string }[] | undefined) =>
    items?.map(({ key, name }) => ({ value: key, label: name })) ?? [];
  const production = environments.data?.find(({ key }) => key === scope.environment)?.production ?? false;
  return (
    <Group gap="xs" wrap="nowrap">
      <Select
        aria-label="Project"
        size="xs"
        w={{ base: 116, sm: 150 }}
        allowDeselect={false}
        data={options(projects.data)}
        value={scope.project}
        onChange={(project) => {
          if (project === null) return;
          // The start page then chooses that project's first environment.
          rememberScope({ project, environment: '' });
          void navigate({ to: '/' });
        }}
      />
      <Select
        aria-label="Environment"
        size="xs"
        w={{ base: 116, sm: 150 }}
        allowDeselect={false}
        data={options(environments.data)}
        value={scope.environment}
        onChange={(environment) =>
          environment !== null && void navigate({ to: '.', params: (all: object) => ({ ...all, environment }) as never })
        }
      />
      {production && (
        <Badge color="orange" variant="filled" size="sm" visibleFrom="md">
          production
        </Badge>
      )}
    </Group>
  );
}
