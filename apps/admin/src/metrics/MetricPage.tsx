import { exactShareText } from '../parts/numbers.ts';
import { Badge, Button, Code, Group, Paper, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPencil } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { metricExperimentsQuery, metricQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { ArchiveButton } from '../parts/ArchiveButton.tsx';
import { ExperimentLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { Section } from '../parts/Section.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { metricSentence } from './metric-sentence.ts';
import { metricTypeNames } from './metric-types.ts';
import { MetricDialog } from './MetricDialog.tsx';
import { MetricPreview } from './MetricPreview.tsx';
import { MetricVersions } from './MetricVersions.tsx';

export function MetricPage() {
  const { project } = useScope();
  const { metric: key } = useParams({ from: '/signed-in/projects/$project/$environment/metrics/$metric' });
  const metric = useQuery(metricQuery(project, key));
  return <Loaded query={metric}>{(loaded) => <MetricView metric={loaded} />}</Loaded>;
}

interface Props {
  readonly metric: Schemas['Metric'];
}

function MetricView({ metric }: Props) {
  const [editing, { open, close }] = useDisclosure();
  const mayWrite = useCan()('metric.write');
  return (
    <>
      <PageHeader
        title={metric.name}
        detail={
          <Group gap="xs">
            <Code>{metric.key}</Code>
            <Badge variant="default">{metricTypeNames[metric.type]}</Badge>
            <Badge variant="default">version {metric.definitionVersion}</Badge>
            {metric.archived && <Badge color="red">archived</Badge>}
            <span>{metric.description}</span>
          </Group>
        }
        actions={
          mayWrite && (
            <Group gap="xs">
              <ArchiveMetric metric={metric} />
              <Button leftSection={<IconPencil size={16} aria-hidden />} onClick={open}>
                Change
              </Button>
            </Group>
          )
        }
      />
      <Stack>
        <Paper withBorder p="md" component="section" aria-label="What counts">
          <Text fw={600}>{metricSentence(metric)}</Text>
          {metric.definition.minimumEffect !== undefined && (
            <Text size="sm" c="dimmed">
              A change matters from {exactShareText(metric.definition.minimumEffect)} on.
            </Text>
          )}
        </Paper>
        <MetricPreview metric={metric} />
        <Experiments metric={metric} />
        <MetricVersions metric={metric} />
      </Stack>
      <MetricDialog opened={editing} onClose={close} metric={metric} />
    </>
  );
}

function Experiments({ metric }: Props) {
  const experiments = useQuery(metricExperimentsQuery(useScope(), metric.key));
  return (
    <Section title="Experiments in this environment">
      <Loaded query={experiments}>
        {(rows) =>
          rows.length === 0 ? (
            <Text size="sm">None has it.</Text>
          ) : (
            <Stack gap={4}>
              {rows.map(({ key, name, state, metricVersions }) => {
                const kept = metricVersions.find((one) => one.key === metric.key)?.version;
                const isOld = state === 'running' && kept !== undefined && kept !== metric.definitionVersion;
                return (
                  <Group key={key} gap="xs">
                    <ExperimentLink experiment={key}>{name}</ExperimentLink>
                    <Badge variant="default">{state}</Badge>
                    {kept !== undefined && <Text size="sm">measured by version {kept}</Text>}
                    {isOld && <Badge color="yellow">version {metric.definitionVersion} is newer</Badge>}
                  </Group>
                );
              })}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}

function ArchiveMetric({ metric }: Props) {
  const { project } = useScope();
  return (
    <ArchiveButton
      thing={metric}
      isArchived={metric.archived}
      consequence={
        metric.archived
          ? 'It can be chosen for experiments again.'
          : 'New experiments can’t choose it any more. Those that have it keep it, and its results stay.'
      }
      save={(archived) =>
        answered(
          api.PATCH('/v1/projects/{project}/metrics/{metric}', {
            params: { path: { project, metric: metric.key }, header: { 'If-Match': `"${metric.version}"` } },
            body: { archived },
          }),
        )
      }
      refresh={() => queryClient.invalidateQueries({ queryKey: ['metrics', project] })}
    />
  );
}
