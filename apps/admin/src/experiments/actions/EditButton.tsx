import { Button } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { Link } from '@tanstack/react-router';
import { useScope } from '../../shell/use-scope.ts';

/** To the wizard, filled: before a start everything may change that is decided before it. */
export function EditButton({ experiment: { key } }: { readonly experiment: Schemas['Experiment'] }) {
  const scope = useScope();
  return (
    <Button
      variant="default"
      leftSection={<IconPencil size={16} aria-hidden />}
      renderRoot={(props) => (
        <Link
          {...props}
          to="/projects/$project/$environment/experiments/$experiment/edit"
          params={{ ...scope, experiment: key }}
        />
      )}
    >
      Change
    </Button>
  );
}
