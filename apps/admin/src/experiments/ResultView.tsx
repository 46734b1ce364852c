import { Alert, Button, Paper, Text, Title } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconEye, IconInfoCircle } from '@tabler/icons-react';
import { HealthRow } from './HealthRow.tsx';
import type { ExperimentResults } from './results.ts';
import { Scorecard } from './Scorecard.tsx';

interface Props {
  readonly results: ExperimentResults;
  readonly isRunning: boolean;
}

/** Health first, then the figures: those of an experiment whose arms do not have the sizes they should only on request. */
export function ResultView({ results, isRunning }: Props) {
  const isBroken = results.sampleRatio?.verdict === 'mismatch';
  const [shownAnyway, { open }] = useDisclosure();
  return (
    <>
      <HealthRow results={results} />
      {isBroken && (
        <Alert color="red" title="Don’t use these results" role="alert">
          <Text size="sm">
            The arms don’t have the sizes that the split predicts, so something decides who is counted. No lift can be trusted.
          </Text>
          {!shownAnyway && (
            <Button mt="sm" size="xs" variant="default" leftSection={<IconEye size={14} aria-hidden />} onClick={open}>
              Show them anyway
            </Button>
          )}
        </Alert>
      )}
      {(!isBroken || shownAnyway) && (
        <Paper withBorder p="md" component="section" aria-labelledby="scorecard">
          <Title order={2} size="h4" id="scorecard">
            Scorecard
          </Title>
          <MethodNote isRunning={isRunning} />
          <Scorecard results={results} isRunning={isRunning} />
        </Paper>
      )}
    </>
  );
}

function MethodNote({ isRunning }: { readonly isRunning: boolean }) {
  return (
    <Text size="sm" mb="sm" c={isRunning ? undefined : 'dimmed'}>
      <IconInfoCircle size={16} aria-hidden style={{ verticalAlign: '-3px', marginInlineEnd: 6 }} />
      Fixed horizon: look once, at the planned end.{' '}
      {isRunning &&
        'What you see now may still turn: whoever stops as soon as it looks good is wrong far more often than 5 times in 100.'}
    </Text>
  );
}
