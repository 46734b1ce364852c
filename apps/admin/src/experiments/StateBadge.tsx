import { Badge, Group } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';

type Experiment = Schemas['Experiment'];

const colours: Readonly<Record<Experiment['state'], string>> = {
  draft: 'gray',
  starting: 'cyan',
  running: 'cyan',
  paused: 'yellow',
  stopping: 'gray',
  stopped: 'gray',
};

interface Props {
  readonly experiment: Pick<Experiment, 'state' | 'kind' | 'archivedAt'>;
}

export function StateBadge({ experiment: { state, kind, archivedAt } }: Props) {
  return (
    <Group gap={4} wrap="nowrap">
      <Badge color={colours[state]} variant={state === 'running' ? 'filled' : 'outline'}>
        {state}
      </Badge>
      {kind === 'rollout' && <Badge variant="default">watched</Badge>}
      {archivedAt !== undefined && (
        <Badge variant="outline" color="red">
          archived
        </Badge>
      )}
    </Group>
  );
}
