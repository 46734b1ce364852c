import { Alert, Button, Center, Stack } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { ProblemDetail } from '../api/show-problem.tsx';

/** Instead of a page that could not be shown. */
export function ProblemPage({ error }: { readonly error: unknown }) {
  const router = useRouter();
  return (
    <Center h="60vh">
      <Stack w={460}>
        <Alert color="red" title="This page could not be shown" role="alert">
          <ProblemDetail error={error} />
        </Alert>
        <Button variant="default" onClick={() => void router.invalidate()}>
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
