import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation } from '@tanstack/react-query';
import { api } from '../api/api.ts';
import { percentText } from '../layers/percent-text.ts';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { useScope } from '../shell/use-scope.ts';
import { useReadAgain } from './use-read-again.ts';

interface Props {
  readonly holdout: Schemas['Holdout'];
}

/** Starts a draft or ends what runs, after saying what that will do. */
export function HoldoutStateButton({ holdout }: Props) {
  const [asking, { open, close }] = useDisclosure();
  const change = useChangeState(holdout, close);
  if (holdout.state === 'ended') return null;
  const isStart = holdout.state === 'draft';
  const Icon = isStart ? IconPlayerPlay : IconPlayerStop;
  const verb = isStart ? 'Start' : 'End';
  return (
    <>
      <Button variant={isStart ? 'filled' : 'default'} leftSection={<Icon size={16} aria-hidden />} onClick={open}>
        {verb}
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => {
          change.reset();
          close();
        }}
        title={`${verb} ${holdout.name}?`}
        confirmLabel={`${verb} the holdout`}
        isDestructive={!isStart}
        onConfirm={() => change.mutate()}
        isPending={change.isPending}
        error={change.error}
        seen={holdout}
      >
        {(isStart ? startSentences(holdout) : endSentences(holdout)).map((sentence) => (
          <Text size="sm" key={sentence}>
            {sentence}
          </Text>
        ))}
      </ConfirmDialog>
    </>
  );
}

function startSentences({ shareMilliPercent, unitKind }: Schemas['Holdout']): readonly string[] {
  return [
    `From now on, ${percentText(shareMilliPercent)} of all units of the kind ${unitKind} get the baseline of every experiment that starts, and of what those ship.`,
    'Experiments that run already go on as they are: nobody changes sides in the middle.',
    'The share can’t be changed afterwards.',
  ];
}

function endSentences({ coveredFlagKeys: { length } }: Schemas['Holdout']): readonly string[] {
  const flags = length === 1 ? '1 flag' : `${length} flags`;
  return [
    `Its units get what everybody gets, at once: ${flags} may answer them differently.`,
    'It can’t be started again. What it has measured stays.',
  ];
}

function useChangeState({ key, version, state }: Schemas['Holdout'], onDone: () => void) {
  const scope = useScope();
  const readAgain = useReadAgain(key);
  return useMutation({
    mutationFn: () => {
      const params = { path: { ...scope, holdout: key }, header: { 'If-Match': `"${version}"` } };
      return answered(
        state === 'draft'
          ? api.POST('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}/start', { params })
          : api.POST('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}/end', { params }),
      );
    },
    meta: { showsItsProblem: true },
    onSuccess: onDone,
    onSettled: readAgain,
  });
}
