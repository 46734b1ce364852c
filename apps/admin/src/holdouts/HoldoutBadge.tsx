import { Badge } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';

export function HoldoutBadge({ state }: { readonly state: Schemas['Holdout']['state'] }) {
  return (
    <Badge color={state === 'running' ? 'cyan' : 'gray'} variant={state === 'running' ? 'filled' : 'outline'}>
      {state}
    </Badge>
  );
}
