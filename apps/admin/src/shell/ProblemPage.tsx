import { Alert, Button, Center, Stack } from '@mantine/core';
import { ProblemDetail } from '../api/show-problem.tsx';

/** Instead of a page that could not be shown. */
export function ProblemPage({ error }: { readonly error: unknown }) {
  return (
    <Center h="60vh">
      <Stack w={460}>
        <Alert color="red" title="This page could not be shown" role="alert">
          <ProblemDetail error={error} />
        </Alert>
        {/* Anew from the server: it may be that the page is older than what it asks for. */}
        <Button variant="default" onClick={() => window.location.reload()}>
          Try again
        </Button>
      </Stack>
    </Center>
  );
}
