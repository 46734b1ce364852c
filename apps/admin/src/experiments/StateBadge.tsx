import { Badge } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';

type State = Schemas['Experiment']['state'];

const colours: Readonly<Record<State, string>> = {
  draft: 'gray',
  starting: 'cyan',
  running: 'cyan',
  paused: 'orange',
  stopping: 'gray',
  stopped: 'gray',
};

export function StateBadge({ state }: { readonly state: State }) {
  return (
    <Badge color={colours[state]} variant={state === 'running' ? 'filled' : 'outline'}>
      {state}
    </Badge>
  );
}
