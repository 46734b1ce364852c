import { Alert, Button, Skeleton, Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { mayPass } from '../api/may-pass.ts';
import { ProblemDetail } from '../api/show-problem.tsx';

interface Asked<T> {
  readonly data: T | undefined;
  readonly error: unknown;
  readonly isPending: boolean;
  readonly refetch: () => unknown;
}

/** What was asked for, once it is there: bars until then, and what went wrong where it does not come. */
export function Loaded<T>({ query, children }: { readonly query: Asked<T>; readonly children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending)
    return (
      <Stack aria-busy="true" aria-label="Loading">
        {[0, 1, 2, 3].map((line) => (
          <Skeleton key={line} height={36} />
        ))}
      </Stack>
    );
  return (
    <Alert color="red" title="This could not be loaded" role="alert">
      <ProblemDetail error={query.error} />
      {mayPass(query.error) && (
        <Button mt="sm" size="xs" variant="default" onClick={() => void query.refetch()}>
          Try again
        </Button>
      )}
    </Alert>
  );
}
