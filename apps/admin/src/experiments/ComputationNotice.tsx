import { Alert, Text } from '@mantine/core';
import { IconAlertTriangle, IconHourglass } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import type { ReactNode } from 'react';
import { When } from '../parts/When.tsx';
import { isComputing } from './is-computing.ts';

interface Props {
  readonly results: Schemas['Results'];
  /** How far a computation that runs is. */
  readonly children?: ReactNode;
}

/** Whether what is shown is what is known: a computation that runs, or one that failed and why. */
export function ComputationNotice({ results: { lastJob, stale, computedAt }, children }: Props) {
  if (isComputing(lastJob))
    return (
      <Alert color="cyan" icon={<IconHourglass aria-hidden />} title="Computing" role="status">
        The results are being computed{computedAt === undefined ? '.' : '; below are the ones from before.'}
        {children}
      </Alert>
    );
  if (lastJob?.state === 'failed')
    return (
      <Alert color="red" icon={<IconAlertTriangle aria-hidden />} title="The last computation failed" role="alert">
        <Text size="sm">{lastJob.errorMessage}</Text>
        <Text size="sm" mt={4}>
          {computedAt === undefined ? (
            'There are no earlier results.'
          ) : (
            <>
              What is shown below is older: it was computed <When at={computedAt} />.
            </>
          )}
        </Text>
        <Text size="xs" mt={4}>
          {lastJob.errorCode} · attempts: {lastJob.attempts}
        </Text>
      </Alert>
    );
  if (lastJob?.state === 'cancelled')
    return (
      <Alert color="gray" title="The last computation was cancelled" role="status">
        {computedAt === undefined ? (
          'There are no results yet.'
        ) : (
          <>
            What is shown below was computed <When at={computedAt} />.
          </>
        )}
      </Alert>
    );
  if (!stale) return null;
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title="These results are old" role="status">
      A later computation did not succeed; these were computed <When at={computedAt} />.
    </Alert>
  );
}
