import { Group } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { api } from '../../api/api.ts';
import { queryClient } from '../../api/query-client.ts';
import { ArchiveButton } from '../../parts/ArchiveButton.tsx';
import { useCan } from '../../session/use-can.ts';
import { useScope } from '../../shell/use-scope.ts';
import { ChangeMenu } from './ChangeMenu.tsx';
import { EditButton } from './EditButton.tsx';
import { PauseButton } from './PauseButton.tsx';
import { RecomputeButton } from './RecomputeButton.tsx';
import { RestartButton } from './RestartButton.tsx';
import { StartButton } from './StartButton.tsx';
import { archiveSentence } from './state-sentences.ts';
import { StopButton } from './StopButton.tsx';

interface Props {
  readonly experiment: Schemas['Experiment'];
  readonly job: Schemas['Job'] | undefined;
}

/** What can be done with an experiment in its state, by those who may. */
export function ExperimentActions({ experiment, job }: Props) {
  const can = useCan();
  const { state, archivedAt, iterationNumber } = experiment;
  const isLive = state === 'running' || state === 'paused';
  return (
    <Group gap="xs" justify="flex-end">
      {iterationNumber > 0 && can('stats.recompute') && <RecomputeButton experiment={experiment.key} job={job} />}
      {can('experiment.write') && (
        <>
          {isLive && <ChangeMenu experiment={experiment} />}
          {isLive && <PauseButton experiment={experiment} />}
          {isLive && <StopButton experiment={experiment} />}
          {(state === 'draft' || state === 'stopped') && <ArchiveExperiment experiment={experiment} />}
          {(state === 'draft' || state === 'stopped') && archivedAt === undefined && <EditButton experiment={experiment} />}
          {state === 'stopped' && archivedAt === undefined && <RestartButton experiment={experiment} />}
          {state === 'draft' && archivedAt === undefined && <StartButton experiment={experiment} />}
        </>
      )}
    </Group>
  );
}

function ArchiveExperiment({ experiment }: Pick<Props, 'experiment'>) {
  const scope = useScope();
  const isArchived = experiment.archivedAt !== undefined;
  const params = { path: { ...scope, experiment: experiment.key }, header: { 'If-Match': `"${experiment.version}"` } };
  const base = '/v1/projects/{project}/environments/{environment}/experiments/{experiment}';
  return (
    <ArchiveButton
      thing={experiment}
      isArchived={isArchived}
      consequence={archiveSentence(isArchived)}
      save={(archived) =>
        answered(archived ? api.POST(`${base}/archive`, { params }) : api.POST(`${base}/unarchive`, { params }))
      }
      refresh={() =>
        Promise.all([
          queryClient.invalidateQueries({ queryKey: ['experiments', scope.project, scope.environment] }),
          queryClient.invalidateQueries({ queryKey: ['experiment', scope.project, scope.environment, experiment.key] }),
        ])
      }
    />
  );
}
