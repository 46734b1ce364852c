import { Button, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { answered } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../../api/api.ts';
import { useScope } from '../../shell/use-scope.ts';
import { RevokeButton } from '../RevokeButton.tsx';
import { ReceiverDialog } from './ReceiverDialog.tsx';
import { readReceiversAgain, type Receiver } from './receiver-queries.ts';

/** What may be done with one receiver. */
export function ReceiverActions({ receiver }: { readonly receiver: Receiver }) {
  const scope = useScope();
  const navigate = useNavigate();
  const { id, name, version, pausedAt } = receiver;
  const [changing, { open, close }] = useDisclosure();
  const path = { project: scope.project, id };
  const show = (shown: string | undefined) =>
    navigate({
      to: '/projects/$project/$environment/settings',
      params: scope,
      search: { tab: 'receivers', receiver: shown },
    });
  const onSuccess = () => readReceiversAgain(scope.project);
  const test = useMutation({
    mutationFn: () => answered(api.POST('/v1/projects/{project}/receivers/{id}/test', { params: { path } })),
    onSuccess: async () => {
      await onSuccess();
      await show(id);
    },
  });
  const pause = useMutation({
    mutationFn: (paused: boolean) =>
      answered(
        api.PATCH('/v1/projects/{project}/receivers/{id}', {
          params: { path, header: { 'If-Match': `"${version}"` } },
          body: { paused },
        }),
      ),
    onSuccess,
  });
  const remove = useMutation({
    mutationFn: () => answered(api.DELETE('/v1/projects/{project}/receivers/{id}', { params: { path } })),
    meta: { showsItsProblem: true },
    onSuccess: async () => {
      await show(undefined);
      await onSuccess();
    },
  });
  const isPaused = pausedAt !== undefined;
  return (
    <Group gap="xs" wrap="nowrap">
      <Small onClick={() => test.mutate()} loading={test.isPending} label={`Send a test to ${name}`}>
        Test
      </Small>
      <Small onClick={() => void show(id)} label={`Deliveries to ${name}`}>
        Deliveries
      </Small>
      <Small onClick={open} label={`Change ${name}`}>
        Change
      </Small>
      <Small onClick={() => pause.mutate(!isPaused)} loading={pause.isPending} label={`${isPaused ? 'Resume' : 'Pause'} ${name}`}>
        {isPaused ? 'Resume' : 'Pause'}
      </Small>
      <RevokeButton what={name} verb="Delete" revoke={remove}>
        Nothing more is sent there. What waits for it, and the list of what was sent, go with it.
      </RevokeButton>
      <ReceiverDialog opened={changing} onClose={close} receiver={receiver} emailConfigured />
    </Group>
  );
}

interface SmallProps {
  readonly onClick: () => void;
  readonly loading?: boolean;
  readonly label: string;
  readonly children: string;
}

function Small({ onClick, loading = false, label, children }: SmallProps) {
  return (
    <Button size="compact-sm" variant="default" onClick={onClick} loading={loading} aria-label={label}>
      {children}
    </Button>
  );
}
