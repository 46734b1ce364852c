import { Alert, Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { Section } from '../../parts/Section.tsx';
import { When } from '../../parts/When.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { InputsSection } from '../inputs/InputsSection.tsx';
import { ResultDownloads } from '../inputs/ResultDownloads.tsx';
import type { ComputedMetric, ExperimentResults } from '../results.ts';
import { stageText } from '../scorecard/stage-text.ts';
import { ArmValues } from './ArmValues.tsx';
import { ByDimension } from './ByDimension.tsx';
import { ComparisonFigures } from './ComparisonFigures.tsx';
import { figureChoices, type ExperimentMetricSearch } from './metric-search.ts';
import { OverTime } from './OverTime.tsx';

interface Props {
  readonly results: ExperimentResults;
  readonly metric: ComputedMetric;
}

/** One arm against the baseline: now, over time, and by what was known before. */
export function MetricView({ results, metric }: Props) {
  const scope = useScope();
  const search = useSearch({ from: '/signed-in/projects/$project/$environment/experiments/$experiment/metrics/$metric' });
  const navigate = useNavigate();
  const setSearch = (change: ExperimentMetricSearch): void =>
    void navigate({
      to: '/projects/$project/$environment/experiments/$experiment/metrics/$metric',
      params: { ...scope, experiment: results.experimentKey, metric: metric.key },
      search: { ...search, ...change },
      replace: true,
      resetScroll: false,
    });
  const comparison = metric.comparisons.find(({ variant }) => variant === search.variant) ?? metric.comparisons[0];
  return (
    <Stack>
      {metric.stale !== null && <StaleNotice stale={metric.stale} />}
      {metric.comparisons.length > 1 && (
        <SegmentedControl
          aria-label="Arm"
          data={metric.comparisons.map(({ variant }) => variant)}
          value={comparison?.variant ?? ''}
          onChange={(variant) => setSearch({ variant })}
          style={{ alignSelf: 'flex-start' }}
        />
      )}
      {comparison !== undefined && (
        <>
          <Section
            title={`${comparison.variant} against ${results.baselineVariant}`}
            actions={
              comparison.adjusted !== null && (
                <FigureSwitch
                  value={search.figures ?? comparison.uses}
                  uses={comparison.uses}
                  onChange={(figures) => setSearch({ figures: figures === comparison.uses ? undefined : figures })}
                />
              )
            }
          >
            <ComparisonFigures results={results} metric={metric} comparison={comparison} choice={search.figures} />
          </Section>
          <OverTime results={results} metric={metric} variant={comparison.variant} />
          <ByDimension
            results={results}
            metric={metric}
            variant={comparison.variant}
            by={search.by}
            onBy={(by) => setSearch({ by })}
          />
        </>
      )}
      <ArmValues metric={metric} />
      <InputsSection results={results} actions={<ResultDownloads experiment={results.experimentKey} />} />
    </Stack>
  );
}

interface SwitchProps {
  readonly value: (typeof figureChoices)[number];
  readonly uses: (typeof figureChoices)[number];
  readonly onChange: (value: (typeof figureChoices)[number]) => void;
}

/** A view: which figures decide was planned before the start. */
function FigureSwitch({ value, uses, onChange }: SwitchProps) {
  return (
    <Group gap="xs">
      <Text size="xs" c="dimmed">
        {value === uses ? 'the figures that were planned' : 'a view only: the verdict uses the other'}
      </Text>
      <SegmentedControl
        size="xs"
        aria-label="Figures"
        data={[
          { value: 'adjusted', label: 'Adjusted' },
          { value: 'raw', label: 'Raw' },
        ]}
        value={value}
        onChange={(next) => onChange(figureChoices.find((choice) => choice === next) ?? 'raw')}
      />
    </Group>
  );
}

function StaleNotice({ stale }: { readonly stale: NonNullable<ComputedMetric['stale']> }) {
  return (
    <Alert color="yellow" title="This is its last good value" role="status">
      <Text size="sm">
        It is from <When at={stale.since} />. Since then it failed while {stageText(stale.stage)}: {stale.cause} ({stale.code})
      </Text>
      {stale.query !== null && (
        <Text size="xs" ff="monospace" mt={4} style={{ whiteSpace: 'pre-wrap' }}>
          {stale.query}
        </Text>
      )}
    </Alert>
  );
}
