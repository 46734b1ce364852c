import { Anchor, Badge, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { experimentQuery, resultsQuery } from '../../api/queries.ts';
import { EmptyState } from '../../parts/EmptyState.tsx';
import { Loaded } from '../../parts/Loaded.tsx';
import { MetricLink } from '../../parts/links.tsx';
import { PageHeader } from '../../parts/PageHeader.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { ResultGate } from '../ResultGate.tsx';
import { shareText } from '../../parts/numbers.ts';
import { computedOf, type ComputedMetric, type ExperimentResults, type MetricResult } from '../results.ts';
import { FailedMetricSection } from './FailedMetricSection.tsx';
import { MetricView } from './MetricView.tsx';

const route = '/signed-in/projects/$project/$environment/experiments/$experiment/metrics/$metric';

/** Everything about one metric of an experiment. */
export function ExperimentMetricPage() {
  const { experiment, metric: key } = useParams({ from: route });
  const found = useQuery(experimentQuery(useScope(), experiment));
  return (
    <Loaded query={found}>
      {(loaded) =>
        loaded.iterationNumber === 0 ? (
          <Unknown experiment={experiment} metric={key} />
        ) : (
          <Computed experiment={loaded} metric={key} />
        )
      }
    </Loaded>
  );
}

function Computed({ experiment, metric: key }: { readonly experiment: Schemas['Experiment']; readonly metric: string }) {
  const results = useQuery(resultsQuery(useScope(), experiment));
  return (
    <Loaded query={results}>
      {(answer) => {
        const analysis = computedOf(answer);
        const metric = analysis?.metrics.find((one) => one.key === key);
        return analysis === undefined || metric === undefined ? (
          <Unknown experiment={experiment.key} metric={key} />
        ) : (
          <Found results={analysis} metric={metric} />
        );
      }}
    </Loaded>
  );
}

function Unknown({ experiment, metric }: { readonly experiment: string; readonly metric: string }) {
  return (
    <>
      <Header experiment={experiment} metric={{ key: metric, name: metric }} />
      <EmptyState title="Nothing is known of this metric here">
        No computation of this iteration has had it. It may be new, or the first results are yet to come.
      </EmptyState>
    </>
  );
}

function Found({ results, metric }: { readonly results: ExperimentResults; readonly metric: MetricResult }) {
  const experiment = results.experimentKey;
  if (metric.kind === 'failed')
    return (
      <>
        <Header experiment={experiment} metric={{ key: metric.key, name: metric.key }} />
        <FailedMetricSection metric={metric} />
      </>
    );
  return (
    <>
      <Header experiment={experiment} metric={metric} badges={<Badges metric={metric} />} />
      <Gated results={results} metric={metric} />
    </>
  );
}

function Gated({ results, metric }: { readonly results: ExperimentResults; readonly metric: ComputedMetric }) {
  const scope = useScope();
  const search = useSearch({ from: route });
  const navigate = useNavigate();
  return (
    <Stack>
      <ResultGate
        results={results}
        isShown={search.lifts === 'anyway'}
        onShow={() =>
          void navigate({
            to: '/projects/$project/$environment/experiments/$experiment/metrics/$metric',
            params: { ...scope, experiment: results.experimentKey, metric: metric.key },
            search: { ...search, lifts: 'anyway' },
            replace: true,
          })
        }
      >
        <MetricView results={results} metric={metric} />
      </ResultGate>
    </Stack>
  );
}

interface HeaderProps {
  readonly experiment: string;
  readonly metric: { readonly key: string; readonly name: string };
  readonly badges?: React.ReactNode;
}

function Header({ experiment, metric, badges }: HeaderProps) {
  const scope = useScope();
  const { data } = useQuery(experimentQuery(scope, experiment));
  return (
    <>
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link {...props} to="/projects/$project/$environment/experiments/$experiment" params={{ ...scope, experiment }} />
        )}
      >
        ← {data?.name ?? experiment}
      </Anchor>
      <PageHeader
        title={metric.name}
        detail={
          <Group gap="xs">
            {badges}
            <Text span size="sm">
              how <MetricLink metric={metric.key} /> is measured
            </Text>
          </Group>
        }
      />
    </>
  );
}

function Badges({ metric: { role, version, direction, isExploratory, margin } }: { readonly metric: ComputedMetric }) {
  return (
    <>
      <Badge variant="default">{role}</Badge>
      <Badge variant="default">version {version}</Badge>
      <Badge variant="default">{direction === 'increase' ? 'more' : 'less'} is better</Badge>
      {margin !== null && <Badge variant="default">margin {shareText(margin)}</Badge>}
      {isExploratory && role !== 'secondary' && <Badge color="yellow">changed after start</Badge>}
    </>
  );
}
