import { Switch, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Schemas } from '@stitchd/rest-client';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { useCan } from '../session/use-can.ts';
import { useSetEnabled, type Switching } from './use-set-enabled.tsx';

interface Props {
  readonly project: string;
  readonly flag: Schemas['Flag'];
  readonly environment: Schemas['Environment'];
}

/** One flag in one environment: shown at once, taken back if the server refuses; production asks first. */
export function EnvironmentSwitch({ project, flag, environment }: Props) {
  const state = flag.environments.find(({ environmentId }) => environmentId === environment.id);
  const [asking, { open, close }] = useDisclosure();
  const setEnabled = useSetEnabled();
  const mayWrite = useCan()('flag.write');
  const shown = setEnabled.isPending ? setEnabled.variables.enabled : (state?.enabled ?? false);
  const switching: Switching = { project, environment, flag: flag.key, enabled: !shown, version: state?.version ?? 1 };
  const confirm = (): void => {
    close();
    setEnabled.mutate(switching);
  };
  const word = shown ? 'off' : 'on';
  return (
    <>
      <Switch
        checked={shown}
        disabled={flag.archived || !mayWrite}
        onChange={environment.production ? open : () => setEnabled.mutate(switching)}
        aria-label={`${flag.key} in ${environment.name}`}
      />
      <ConfirmDialog
        opened={asking}
        onClose={close}
        title={`Switch ${word} in ${environment.name}?`}
        confirmLabel={`Switch ${word}`}
        cancelLabel={`Keep it ${shown ? 'on' : 'off'}`}
        isDestructive={shown}
        onConfirm={confirm}
        isPending={false}
        error={null}
      >
        <Text size="sm">
          <b>{flag.key}</b> will be {word} for everyone in {environment.name}, within about a second.
        </Text>
      </ConfirmDialog>
    </>
  );
}
