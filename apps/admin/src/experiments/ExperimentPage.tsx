import { Alert, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { experimentQuery, resultsQuery } from '../api/queries.ts';
import { EmptyState } from '../parts/EmptyState.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { ChangeStateButton } from './ChangeStateButton.tsx';
import { ComputationNotice } from './ComputationNotice.tsx';
import { isComputing } from './is-computing.ts';
import { OutdatedMetrics } from './OutdatedMetrics.tsx';
import { ResultDetails } from './ResultDetails.tsx';
import { ResultView } from './ResultView.tsx';
import { readResults } from './results.ts';
import { StateBadge } from './StateBadge.tsx';
import { statusSentence } from './status-sentence.ts';
import { useRecompute } from './use-recompute.ts';

export function ExperimentPage() {
  const scope = useScope();
  const { experiment: key } = useParams({ from: '/signed-in/projects/$project/$environment/experiments/$experiment' });
  const experiment = useQuery(experimentQuery(scope, key));
  return <Loaded query={experiment}>{(loaded) => <ExperimentView experiment={loaded} />}</Loaded>;
}

function ExperimentView({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const results = useQuery({ ...resultsQuery(useScope(), experiment.key), enabled: experiment.state !== 'draft' });
  const recompute = useRecompute(experiment.key);
  const can = useCan();
  const isBusy = recompute.isPending || isComputing(results.data?.lastJob);
  return (
    <>
      <PageHeader
        title={experiment.name}
        detail={
          <Group gap="xs">
            <StateBadge state={experiment.state} />
            <Text span ff="monospace" size="sm">
              {experiment.key}
            </Text>
          </Group>
        }
        actions={
          <Group gap="xs">
            {experiment.state !== 'draft' && can('stats.recompute') && (
              <Button
                variant="default"
                leftSection={<IconRefresh size={16} aria-hidden />}
                onClick={() => recompute.mutate()}
                disabled={isBusy}
              >
                {isBusy ? 'Computing' : 'Recompute'}
              </Button>
            )}
            {can('experiment.write') && <ChangeStateButton experiment={experiment} />}
          </Group>
        }
      />
      <Stack>
        <StatusStrip experiment={experiment} results={results.data} />
        <OutdatedMetrics experiment={experiment} />
        {experiment.state === 'draft' ? (
          <DraftView experiment={experiment} />
        ) : (
          <Loaded query={results}>{(loaded) => <Computed experiment={experiment} results={loaded} />}</Loaded>
        )}
      </Stack>
    </>
  );
}

interface WithResults {
  readonly experiment: Schemas['Experiment'];
  readonly results: Schemas['Results'] | undefined;
}

function StatusStrip({ experiment, results }: WithResults) {
  const read = readResults(results?.results);
  return (
    <Paper withBorder p="md" component="section" aria-label="Status">
      <Text fw={600}>{statusSentence(experiment, read, Date.now())}</Text>
      {experiment.hypothesis !== '' && <Text>Hypothesis: {experiment.hypothesis}</Text>}
      {read !== undefined && (
        <Text size="sm" c="dimmed">
          Data until <When at={read.dataUntil} />, computed <When at={read.computedAt} />.
        </Text>
      )}
    </Paper>
  );
}

function DraftView({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  return (
    <EmptyState title="Nothing to see before it starts">
      It will compare {experiment.arms.map(({ variant }) => variant).join(', ') || 'the variants of its flag'} by{' '}
      {experiment.metrics.map((metric) => metric.key).join(', ')}. Start it when the flag’s split is as you want it.
    </EmptyState>
  );
}

function Computed({ experiment, results }: { readonly experiment: Schemas['Experiment']; readonly results: Schemas['Results'] }) {
  const read = readResults(results.results);
  return (
    <>
      <ComputationNotice results={results} />
      {read !== undefined && (
        <>
          <ResultView results={read} isRunning={experiment.state === 'running'} />
          <ResultDetails experiment={experiment} results={read} />
        </>
      )}
      {read === undefined && results.results !== undefined && (
        <Alert color="red" title="These results can’t be read" role="alert">
          They have a shape that this page does not know, of another version perhaps. Recompute them, or look at them through the
          API.
        </Alert>
      )}
      {results.results === undefined && !isComputing(results.lastJob) && results.lastJob?.state !== 'failed' && (
        <Paper withBorder p="md">
          <Title order={2} size="h4">
            No results yet
          </Title>
          <Text size="sm">They are computed every hour while the experiment runs, and whenever you ask with “Recompute”.</Text>
        </Paper>
      )}
    </>
  );
}
