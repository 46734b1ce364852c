import { Badge, Group, Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useInfiniteQuery } from '@tanstack/react-query';
import { metricVersionsQuery } from '../api/queries.ts';
import { changedFields } from '../parts/changed-fields.ts';
import { ChangeList } from '../parts/ChangeList.tsx';
import { Loaded } from '../parts/Loaded.tsx';
import { Section } from '../parts/Section.tsx';
import { ShowMore } from '../parts/ShowMore.tsx';
import { When } from '../parts/When.tsx';
import { useScope } from '../shell/use-scope.ts';
import { metricSentence } from './metric-sentence.ts';

/** Every definition that the metric has had, and what each changed. */
export function MetricVersions({ metric }: { readonly metric: Schemas['Metric'] }) {
  const versions = useInfiniteQuery(metricVersionsQuery(useScope().project, metric));
  return (
    <Section title="Versions">
      <Loaded query={versions}>
        {({ pages }) => {
          const items = pages.flatMap((page) => page.items);
          return (
            <>
              <Stack>
                {items.map((version, index) => (
                  <Version key={version.number} version={version} before={items[index + 1]} />
                ))}
              </Stack>
              <ShowMore query={versions} />
            </>
          );
        }}
      </Loaded>
    </Section>
  );
}

type MetricVersion = Schemas['MetricVersion'];

function Version({ version, before }: { readonly version: MetricVersion; readonly before: MetricVersion | undefined }) {
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <Badge variant="default">version {version.number}</Badge>
        <Text size="sm" c="dimmed">
          <When at={version.createdAt} />
        </Text>
      </Group>
      {before === undefined ? (
        <Text size="sm">{metricSentence(version)}</Text>
      ) : (
        <ChangeList changes={changedFields(before.definition, version.definition)} />
      )}
    </Stack>
  );
}
