import { Alert, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { eventJobQuery } from '../api/queries.ts';
import { CopyText } from '../parts/CopyText.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';

/** How far an erasure is, while somebody looks. */
export function ErasureState({ erasure }: { readonly erasure: Schemas['UnitErasure'] }) {
  const scope = useScope();
  const job = useQuery({ ...eventJobQuery(scope, erasure.job?.id ?? ''), enabled: erasure.job !== undefined });
  const state = job.data ?? erasure.job;
  return (
    <Stack gap="sm">
      <Alert color={state?.state === 'failed' ? 'red' : 'blue'} title="The erasure was asked for" role="status">
        {sentenceOf(state)}
      </Alert>
      <Text size="sm">
        It is done <When at={erasure.finishBy} /> at the latest, whether this stays open or not. The audit log has this hash of
        the unit instead of its key:
      </Text>
      <CopyText text={erasure.keyHash} what="the hash" />
    </Stack>
  );
}

function sentenceOf(job: Schemas['EventJob'] | undefined): string {
  switch (job?.state) {
    case 'succeeded':
      return 'Every row is gone, and that was proven.';
    case 'failed':
      return job.errorMessage;
    case 'cancelled':
      return 'It was cancelled.';
    case undefined:
    case 'waiting':
    case 'running':
      return job?.progress?.['waitingFor'] === undefined
        ? 'Rows are being deleted.'
        : 'What was there is deleted. It is looked through again until nothing more can come.';
  }
}
