import { Button, Group, Stack, Text } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { answered, type Schemas } from '@stitchd/rest-client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { api } from '../api/api.ts';
import { queryClient } from '../api/query-client.ts';
import { BrokenGate } from '../experiments/BrokenGate.tsx';
import { ComputationNotice } from '../experiments/ComputationNotice.tsx';
import { InputsSection } from '../experiments/inputs/InputsSection.tsx';
import { isComputing } from '../experiments/is-computing.ts';
import { JobProgress } from '../experiments/JobProgress.tsx';
import { countText } from '../parts/numbers.ts';
import { isBroken, type ExperimentResults } from '../experiments/results.ts';
import { Scorecard } from '../experiments/scorecard/Scorecard.tsx';
import { HealthSection } from '../experiments/status/HealthSection.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { When } from '../parts/When.tsx';
import { useCan } from '../session/use-can.ts';
import { useScope } from '../shell/use-scope.ts';
import { holdoutResultsQuery } from './holdout-queries.ts';

interface Props {
  readonly holdout: Schemas['Holdout'];
}

/** What everything that a holdout covers does together: units that it holds against those that it leaves free. */
export function HoldoutResults({ holdout }: Props) {
  const results = useQuery(holdoutResultsQuery(useScope(), holdout.key));
  return (
    <Loaded query={results}>
      {(answer) => (
        <Stack>
          <ComputationNotice results={answer}>
            {answer.lastJob !== undefined && <JobProgress job={answer.lastJob} />}
          </ComputationNotice>
          {answer.results === undefined ? (
            <Section title="What all of it did" actions={<MeasureButton holdout={holdout} job={answer.lastJob} />}>
              <Text c="dimmed">
                {holdout.metricKeys.length === 0
                  ? 'Nothing is measured: choose the metrics by which the effect is told.'
                  : 'Nothing has been measured yet.'}
              </Text>
            </Section>
          ) : (
            <Measured
              results={answer.results}
              action={<MeasureButton holdout={holdout} job={answer.lastJob} />}
              holdout={holdout.key}
            />
          )}
        </Stack>
      )}
    </Loaded>
  );
}

interface MeasuredProps {
  readonly results: ExperimentResults;
  readonly action: React.ReactNode;
  readonly holdout: string;
}

function Measured({ results, action, holdout }: MeasuredProps) {
  const scope = useScope();
  const { lifts } = useSearch({ from: '/signed-in/projects/$project/$environment/holdouts/$holdout' });
  const navigate = useNavigate();
  const show = (): void =>
    void navigate({
      to: '/projects/$project/$environment/holdouts/$holdout',
      params: { ...scope, holdout },
      search: { lifts: 'anyway' },
      replace: true,
      resetScroll: false,
    });
  const scorecard = (
    <Section title="What all of it did" actions={action}>
      <Text size="sm" mb="xs">
        {results.arms.map(({ variant, units }) => `${countText(units)} ${results.unitKind} keys ${variant}`).join(', ')}. Computed{' '}
        <When at={results.computedAt} />.
      </Text>
      <Scorecard results={results} hasPages={false} />
    </Section>
  );
  return (
    <>
      {isBroken(results) ? (
        <BrokenGate
          isShown={lifts === 'anyway'}
          onShow={show}
          name={[scope.project, scope.environment, results.experimentKey, results.computedAt]}
          record={() =>
            answered(
              api.POST('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}/results/show-anyway', {
                params: { path: { ...scope, holdout } },
              }),
            )
          }
        >
          {scorecard}
        </BrokenGate>
      ) : (
        scorecard
      )}
      <HealthSection checks={results.health} />
      <InputsSection results={results} />
    </>
  );
}

function MeasureButton({ holdout: { key, state }, job }: Props & { readonly job: Schemas['Job'] | undefined }) {
  const scope = useScope();
  const can = useCan();
  const measure = useMutation({
    mutationFn: () =>
      answered(
        api.POST('/v1/projects/{project}/environments/{environment}/holdouts/{holdout}/results/recompute', {
          params: { path: { ...scope, holdout: key } },
        }),
      ),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['results', scope.project, scope.environment] }),
  });
  if (state !== 'running' || !can('stats.recompute')) return null;
  const isBusy = measure.isPending || isComputing(job);
  return (
    <Group>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconRefresh size={14} aria-hidden />}
        onClick={() => measure.mutate()}
        disabled={isBusy}
      >
        {isBusy ? 'Computing' : 'Recompute'}
      </Button>
    </Group>
  );
}
