import { Alert, Code, Group, Select, Spoiler, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { metricPreviewQuery } from '../api/queries.ts';
import { countText, shareText, valueText } from '../parts/numbers.ts';
import { CopyIcon } from '../parts/CopyText.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { useScope } from '../shell/use-scope.ts';
import { isShare } from './is-share.ts';
import { previewDays } from './preview-days.ts';
import { PreviewChart } from './PreviewChart.tsx';

/** Of the statement, in pixels, before it is unfolded. */
const folded = 160;

/** What the metric says of the last days here, and by which statement. */
export function MetricPreview({ metric }: { readonly metric: Schemas['Metric'] }) {
  const scope = useScope();
  const navigate = useNavigate();
  const { days = '14' } = useSearch({ from: '/signed-in/projects/$project/$environment/metrics/$metric' });
  const preview = useQuery(metricPreviewQuery(scope, metric, Number(days)));
  return (
    <Section
      title="The last days"
      actions={
        <Select
          aria-label="How many days"
          size="xs"
          w={120}
          allowDeselect={false}
          data={previewDays.map((value) => ({ value, label: `${value} days` }))}
          value={days}
          onChange={(value) =>
            void navigate({
              to: '/projects/$project/$environment/metrics/$metric',
              params: { ...scope, metric: metric.key },
              search: { days: previewDays.find((known) => known === value && known !== '14') },
              replace: true,
            })
          }
        />
      }
    >
      <Loaded query={preview}>{(loaded) => <Preview preview={loaded} isShareOfUnits={isShare(metric.type)} />}</Loaded>
    </Section>
  );
}

function Preview({ preview, isShareOfUnits }: { readonly preview: Schemas['MetricPreview']; readonly isShareOfUnits: boolean }) {
  const { days, events, units, unitKind, sql, parameters, eventsWithoutData } = preview;
  const statement = `${sql}\n\n${JSON.stringify(parameters, undefined, 2)}`;
  return (
    <Stack>
      {eventsWithoutData.length > 0 && (
        <Alert color="yellow" title="Nothing has arrived">
          In these days there is no {eventsWithoutData.join(', no ')} in this environment.
        </Alert>
      )}
      <PreviewChart days={days} format={isShareOfUnits ? shareText : valueText} />
      <Text size="sm">
        {countText(events)} {events === 1 ? 'event' : 'events'} of {countText(units)} {units === 1 ? 'unit' : 'units'} ({unitKind}
        ). Each day is about the units that were there on it, as if they had been exposed when it began (UTC); a dashed one is not
        over.
      </Text>
      <Group justify="space-between">
        <Text size="sm" fw={600}>
          The statement, with its parameters
        </Text>
        <CopyIcon text={statement} what="statement" />
      </Group>
      <Spoiler maxHeight={folded} showLabel="Show all of it" hideLabel="Show less">
        <Code block style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          {statement}
        </Code>
      </Spoiler>
    </Stack>
  );
}
