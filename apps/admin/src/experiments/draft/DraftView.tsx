import { Stack, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { useQuery } from '@tanstack/react-query';
import { checklistQuery } from '../../api/queries.ts';
import { Loaded } from '../../parts/Loaded.tsx';
import { Section } from '../../parts/Section.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { ChecklistItem } from '../ChecklistItem.tsx';
import { ReplaySection } from './ReplaySection.tsx';

/** What is left to do before it starts, and a try of its metrics on the past. */
export function DraftView({ experiment }: { readonly experiment: Schemas['Experiment'] }) {
  const checklist = useQuery(checklistQuery(useScope(), experiment.key));
  return (
    <>
      <Section title="Before it starts">
        <Loaded query={checklist}>
          {({ items, mayStart }) => (
            <Stack gap="sm">
              <Text size="sm" fw={600}>
                {mayStart ? 'Nothing stands in the way of starting.' : 'It can’t start before what is marked red is mended.'}
              </Text>
              {items.map((item) => (
                <ChecklistItem key={item.check} item={item} />
              ))}
            </Stack>
          )}
        </Loaded>
      </Section>
      <ReplaySection experiment={experiment.key} />
    </>
  );
}
