import { Alert, Button, Table, Text } from '@mantine/core';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../api/api.ts';
import { replayQuery } from '../../api/queries.ts';
import { queryClient } from '../../api/query-client.ts';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { When } from '../../parts/When.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { JobProgress } from '../JobProgress.tsx';
import { isComputing } from '../is-computing.ts';
import { countText, shareText } from '../../parts/numbers.ts';

type Replay = NonNullable<Schemas['AaReplay']['replay']>;

/** Tries the metrics where there is no difference: whoever sees that they stay silent trusts them when they speak. */
export function ReplaySection({ experiment }: { readonly experiment: string }) {
  const scope = useScope();
  const replay = useQuery(replayQuery(scope, experiment));
  const start = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/experiments/{experiment}/aa-replay', {
          params: { path: { ...scope, experiment } },
          body: {},
        }),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['replay', scope.project, scope.environment, experiment] }),
  });
  const job = replay.data?.lastJob;
  const isBusy = start.isPending || isComputing(job);
  return (
    <Section
      title="A/A replay"
      actions={
        <Button size="xs" variant="default" onClick={() => start.mutate()} disabled={isBusy}>
          {isBusy ? 'Replaying' : 'Replay the past'}
        </Button>
      }
    >
      <Text size="sm">
        Past units are given arms anew, 1,000 times, where nothing differs. A metric that calls a difference far more often than
        the level allows would do so in your experiment, too.
      </Text>
      <Loaded query={replay}>
        {({ replay: found, computedAt, lastJob }) => (
          <>
            {lastJob !== undefined && isComputing(lastJob) && <JobProgress job={lastJob} />}
            {lastJob?.state === 'failed' && (
              <Alert color="red" mt="sm" title="The last replay failed" role="alert">
                {lastJob.errorMessage}
              </Alert>
            )}
            {found !== undefined && <Found replay={found} computedAt={computedAt} />}
          </>
        )}
      </Loaded>
    </Section>
  );
}

const verdicts = {
  calibrated: 'as it should be',
  'too-many': 'far too often: don’t trust it as it is',
  cautious: 'less often than it might: safe',
  'not-computable': 'could not be computed',
} as const;

function Found({ replay, computedAt }: { readonly replay: Replay; readonly computedAt: string | undefined }) {
  return (
    <>
      <Text size="sm" mt="sm" fw={600}>
        {replay.words}
      </Text>
      <Table aria-label="False positives">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th>Arm</Table.Th>
            <Table.Th ta="right">Called without a difference</Table.Th>
            <Table.Th ta="right">Right is</Table.Th>
            <Table.Th>So it calls</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {replay.metrics.flatMap((metric) =>
            metric.kind === 'failed' ? (
              <Table.Tr key={metric.key}>
                <Table.Td>{metric.name}</Table.Td>
                <Table.Td colSpan={4}>{metric.message}</Table.Td>
              </Table.Tr>
            ) : (
              metric.comparisons.map(({ variant, falsePositives, replays, band, verdict }) => (
                <Table.Tr key={`${metric.key} ${variant}`}>
                  <Table.Td>{metric.name}</Table.Td>
                  <Table.Td>{variant}</Table.Td>
                  <Table.Td ta="right">
                    {countText(falsePositives)} of {countText(replays)}
                  </Table.Td>
                  <Table.Td ta="right">
                    {shareText(band.low)} to {shareText(band.high)}
                  </Table.Td>
                  <Table.Td>{verdicts[verdict]}</Table.Td>
                </Table.Tr>
              ))
            ),
          )}
        </Table.Tbody>
      </Table>
      <Text size="xs" c="dimmed">
        {countText(replay.assignedUnits)} {replay.unitKind} keys, computed <When at={computedAt} />.
      </Text>
    </>
  );
}
