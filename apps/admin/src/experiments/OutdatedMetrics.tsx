import { Alert, Button, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { metricsQuery } from '../api/queries.ts';
import { queryClient } from '../api/query-client.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { MetricLink } from '../parts/links.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { outdatedMetrics } from './outdated-metrics.ts';

/** Names metrics that were changed since the experiment began, and moves it on where somebody says so. */
export function OutdatedMetrics({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const metrics = useQuery(metricsQuery(useScope().project));
  const mayWrite = useCan()('experiment.write');
  const outdated = outdatedMetrics(experiment, metrics.data ?? []);
  if (outdated.length === 0) return null;
  return (
    <Alert color="yellow" title="Metrics were changed since this experiment began">
      <Stack gap="xs" align="flex-start">
        {outdated.map(({ key, name, kept, latest }) => (
          <Text size="sm" key={key}>
            <MetricLink metric={key}>{name}</MetricLink> is measured by its version {kept}; the latest is {latest}.
          </Text>
        ))}
        {mayWrite && <AdoptButton experiment={experiment} />}
      </Stack>
    </Alert>
  );
}

function AdoptButton({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const scope = useScope();
  const [asking, { open, close }] = useDisclosure();
  const { key, name, version } = experiment;
  const adopt = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/adopt-metric-versions', {
          params: { path: { ...scope, experiment: key }, header: { 'If-Match': `"${version}"` } },
        }),
      ),
    meta: { showsItsProblem: true },
    onSuccess: close,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['experiment', scope.project, scope.environment, key] }),
  });
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        Adopt the latest versions
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={close}
        title={`Measure ${name} by the latest versions?`}
        confirmLabel="Adopt them"
        onConfirm={() => adopt.mutate()}
        isPending={adopt.isPending}
        error={adopt.error}
        seen={experiment}
      >
        <Text size="sm">The next results measure the whole experiment anew, from its start. It is written into Activity.</Text>
      </ConfirmDialog>
    </>
  );
}
