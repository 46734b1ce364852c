import { SimpleGrid, Stack } from '@mantine/core';
import { PageHeader } from '../parts/PageHeader.tsx';
import { ChangedFlags } from './ChangedFlags.tsx';
import { FirstSteps } from './FirstSteps.tsx';
import { RunningExperiments } from './RunningExperiments.tsx';

/** What needs attention, and how to begin. */
export function HomePage() {
  return (
    <>
      <PageHeader title="Home" />
      <Stack gap="lg">
        <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="lg">
          <RunningExperiments />
          <ChangedFlags />
        </SimpleGrid>
        <FirstSteps />
      </Stack>
    </>
  );
}
