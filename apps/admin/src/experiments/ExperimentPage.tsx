import { Alert, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { experimentQuery, iterationsQuery, resultsQuery } from '../api/queries.ts';
import { Loaded } from '../parts/Loaded.tsx';
import { PageHeader } from '../parts/PageHeader.tsx';
import { useScope } from '../shell/use-scope.ts';
import { ExperimentActions } from './actions/ExperimentActions.tsx';
import { ComputationNotice } from './ComputationNotice.tsx';
import { DraftView } from './draft/DraftView.tsx';
import { JobProgress } from './JobProgress.tsx';
import { Owner } from './Owner.tsx';
import { OutdatedMetrics } from './OutdatedMetrics.tsx';
import { IterationSection } from './plan/IterationSection.tsx';
import { PlanCard } from './plan/PlanCard.tsx';
import { computedOf } from './results.ts';
import { ResultView } from './ResultView.tsx';
import { StateBadge } from './StateBadge.tsx';
import { StatusStrip } from './status/StatusStrip.tsx';

export function ExperimentPage() {
  const scope = useScope();
  const { experiment: key } = useParams({ from: '/signed-in/projects/$project/$environment/experiments/$experiment' });
  const experiment = useQuery(experimentQuery(scope, key));
  return <Loaded query={experiment}>{(loaded) => <ExperimentView experiment={loaded} />}</Loaded>;
}

interface Props {
  readonly experiment: Schemas['Experiment'];
}

function ExperimentView({ experiment }: Props) {
  const scope = useScope();
  const hasRun = experiment.iterationNumber > 0;
  const results = useQuery(resultsQuery(scope, experiment));
  const iterations = useQuery({ ...iterationsQuery(scope, experiment.key), enabled: hasRun });
  const computed = computedOf(results.data);
  return (
    <>
      <PageHeader
        title={experiment.name}
        detail={
          <Group gap="xs">
            <StateBadge experiment={experiment} />
            <Text span ff="monospace" size="sm">
              {experiment.key}
            </Text>
            <Owner id={experiment.owner} />
          </Group>
        }
        actions={<ExperimentActions experiment={experiment} job={results.data?.lastJob} />}
      />
      <Stack>
        <StatusStrip experiment={experiment} results={computed} iterations={iterations.data ?? []} />
        {experiment.startProblem !== undefined && (
          <Alert color="red" title="The last start was refused" role="alert">
            {experiment.startProblem.detail}
          </Alert>
        )}
        <OutdatedMetrics experiment={experiment} />
        {experiment.state === 'draft' && <DraftView experiment={experiment} />}
        {results.data !== undefined && (
          <>
            <ComputationNotice results={results.data}>
              {results.data.lastJob !== undefined && <JobProgress job={results.data.lastJob} />}
            </ComputationNotice>
            {computed !== undefined && <ResultView results={computed} />}
          </>
        )}
        <PlanCard experiment={experiment} />
        {iterations.data !== undefined && iterations.data.length > 0 && <IterationSection iterations={iterations.data} />}
      </Stack>
    </>
  );
}
