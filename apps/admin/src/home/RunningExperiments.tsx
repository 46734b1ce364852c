import { Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { experimentsQuery } from '../api/queries.ts';
import { currentResult } from '../experiments/list/current-result.ts';
import { statusSentence } from '../experiments/status/status-sentence.ts';
import { ExperimentLink } from '../parts/links.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { useScope } from '../shell/use-scope.ts';

/** More than these are found under Experiments. */
const most = 5;

export function RunningExperiments() {
  const experiments = useInfiniteQuery(experimentsQuery(useScope(), { state: 'running' }));
  return (
    <Section title="Running experiments">
      <Loaded query={experiments}>
        {({ pages: [page] }) =>
          page === undefined || page.items.length === 0 ? (
            <Text size="sm">None is running in this environment.</Text>
          ) : (
            <Stack>
              {page.items.slice(0, most).map((experiment) => (
                <Running key={experiment.id} experiment={experiment} />
              ))}
              {page.total > most && <Text size="sm">and {page.total - most} more, under Experiments.</Text>}
            </Stack>
          )
        }
      </Loaded>
    </Section>
  );
}

function Running({ experiment }: { readonly experiment: Schemas['ListedExperiment'] }) {
  const result = currentResult(experiment);
  const failure = experiment.headline?.failure;
  return (
    <div>
      <ExperimentLink experiment={experiment.key}>{experiment.name}</ExperimentLink>
      {result !== undefined && (
        <Text size="sm" fw={600}>
          {result.headline}. {result.advice}
        </Text>
      )}
      <Text size="sm">{statusSentence(experiment, result?.units, Date.now())}</Text>
      {failure !== undefined && failure !== '' && (
        <Text size="sm" fw={600}>
          Its last computation failed: {failure}
        </Text>
      )}
      {result?.broken.map((what) => (
        <Text size="sm" fw={600} key={what}>
          {what}
        </Text>
      ))}
    </div>
  );
}
